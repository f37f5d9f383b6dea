/** Answers → plan: each answer read, apps given their magic words, and slots as large as the board allows. */
import { basename } from 'node:path';
import { crc32 } from '@kickstage/base/crc32';
import { type Checked, hasErrors } from '@kickstage/base/diagnostic';
import type { Config } from '@kickstage/memory-map/define';
import { resolve } from '@kickstage/memory-map/resolve';
import { VERSION } from '../version.ts';
import { type Answers, readAppNames, readBoard, readMailbox } from './answers.ts';
import { runsVirtually } from './boards.ts';
import { BOOTLOADER_SIZE } from './boot-config.ts';
import { packageNameOf, readPackageName } from './package-name.ts';
import type { BoardChoice, MailboxProtocol, PlannedApp, ProjectPlan } from './project-plan.ts';

/** Sizes of an app's slot, the best first. */
const APP_SIZES = ['128K', '64K', '32K', '16K', '8K', '4K'];

/** Neighbours differ to the eye, and each period goes into five seconds. */
const BLINKS_MS = [500, 100, 250, 50];

/** The plan of a project in `folder`, or everything that is wrong with the answers. */
export function makePlan(answers: Required<Answers>, folder: string, name: string | undefined): Checked<ProjectPlan> {
  const board = readBoard(answers.board);
  const names = readAppNames(answers.apps);
  const mailbox = readMailbox(answers.mailbox);
  const packageName =
    name === undefined ? { value: packageNameOf(basename(folder)), diagnostics: [] } : readPackageName(name);
  const diagnostics = [board, names, mailbox, packageName].flatMap((checked) => checked.diagnostics);
  if (!board.value || !names.value || !mailbox.value || !packageName.value) return { diagnostics };
  const apps = planApps(names.value, mailbox.value);
  const size = appSize(board.value, apps, mailbox.value);
  if (!size.value) return { diagnostics: size.diagnostics };
  const value: ProjectPlan = {
    name: packageName.value,
    board: board.value,
    apps,
    appSize: size.value,
    mailbox: mailbox.value,
    runs: runsVirtually(board.value),
    version: VERSION,
  };
  return { value, diagnostics: [] };
}

function planApps(names: readonly string[], mailbox: MailboxProtocol): readonly PlannedApp[] {
  const words = mailbox === 'magic-word' ? magicWords(names) : [];
  return names.map((name, i) => ({
    name,
    next: names.length < 2 ? undefined : names[(i + 1) % names.length],
    magic: words[i],
    blinkMs: BLINKS_MS[i % BLINKS_MS.length],
  }));
}

/** A word for each app, made from its name, so that it stays when others come; neither empty nor erased, no two alike. */
function magicWords(names: readonly string[]): readonly number[] {
  const words: number[] = [];
  for (const name of names) {
    let word = crc32(new TextEncoder().encode(name)) >>> 0;
    while (word === 0 || word === 0xffff_ffff || words.includes(word)) word = (word + 1) >>> 0;
    words.push(word);
  }
  return words;
}

/** The largest slots with which all apps find room; without any, what the rules say about the smallest. */
function appSize({ board }: BoardChoice, apps: readonly PlannedApp[], protocol: MailboxProtocol): Checked<string> {
  const configOf = (size: string): Config => ({
    board,
    bootloader: { entry: 'boot/main.ts', size: BOOTLOADER_SIZE },
    mailbox: { protocol },
    apps: Object.fromEntries(
      apps.map(({ name, magic }) => [
        name,
        { entry: `apps/${name}.ts`, size, ...(magic === undefined ? {} : { magic }) },
      ]),
    ),
    boot: { default: apps[0].name },
  });
  for (const size of APP_SIZES)
    if (!hasErrors(resolve(configOf(size)).diagnostics)) return { value: size, diagnostics: [] };
  // One speaks for all: the others say the same of the next app.
  const [first] = resolve(configOf(APP_SIZES[APP_SIZES.length - 1])).diagnostics;
  return { diagnostics: [{ ...first, at: { path: '--apps' }, fix: 'name fewer apps, or a board with more flash' }] };
}
