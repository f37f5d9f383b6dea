/** What a user decides about a new project, each answer checked by itself; the defaults. */
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import { appCount } from '@kickstage/memory-map/rules/app-count';
import { appNames } from '@kickstage/memory-map/rules/app-names';
import { BOARD_CHOICES, DEFAULT_BOARD, findBoard } from './boards.ts';
import { type BoardChoice, MAILBOX_PROTOCOLS, type MailboxProtocol } from './project-plan.ts';

/** The texts as they were given; undefined is not decided. */
export interface Answers {
  readonly board?: string;
  /** Names, separated by commas. */
  readonly apps?: string;
  readonly mailbox?: string;
}

export const QUESTIONS = ['board', 'apps', 'mailbox'] as const satisfies readonly (keyof Answers)[];

export type Question = (typeof QUESTIONS)[number];

export const DEFAULTS: Required<Answers> = { board: DEFAULT_BOARD, apps: 'app1,app2', mailbox: 'record' };

export function readBoard(name: string): Checked<BoardChoice> {
  const value = findBoard(name);
  if (value) return { value, diagnostics: [] };
  const names = BOARD_CHOICES.map(({ board }) => board.name);
  const near = nearMiss(name, names);
  const diagnostic: Diagnostic = {
    code: 'CLI020',
    severity: 'error',
    what: `there is no board \`${name}\``,
    at: { path: '--board' },
    got: `the boards are ${names.join(', ')}`,
    fix: near ? `did you mean ${near}?` : "name one of them; a board of one's own goes into boot.config.ts later",
  };
  return { diagnostics: [diagnostic] };
}

export function readAppNames(text: string): Checked<readonly string[]> {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const place = () => ({ path: '--apps' });
  const twice = names.filter((name, i) => names.indexOf(name) < i);
  const parts = { appNames: names.filter((name, i) => names.indexOf(name) === i), apps: new Map() };
  const diagnostics = [
    ...twice.map(
      (name): Diagnostic => ({
        code: 'CLI004',
        severity: 'error',
        what: `the app \`${name}\` is named twice`,
        at: place(),
        fix: 'name each app once',
      }),
    ),
    ...appNames.check(parts, place),
    ...appCount.check(parts, place).map((d) => ({ ...d, fix: 'name the apps with commas between them: app1,app2' })),
  ];
  return diagnostics.length > 0 ? { diagnostics } : { value: names, diagnostics };
}

export function readMailbox(text: string): Checked<MailboxProtocol> {
  const value = MAILBOX_PROTOCOLS.find((protocol) => protocol === text);
  if (value) return { value, diagnostics: [] };
  const near = nearMiss(text, MAILBOX_PROTOCOLS);
  const diagnostic: Diagnostic = {
    code: 'CLI004',
    severity: 'error',
    what: `there is no mailbox protocol \`${text}\``,
    at: { path: '--mailbox' },
    got: `the protocols are ${MAILBOX_PROTOCOLS.join(' and ')}`,
    fix: near ? `did you mean ${near}?` : 'name one of them',
  };
  return { diagnostics: [diagnostic] };
}

/** What is wrong with one answer; empty when it can be used. */
export function checkAnswer(question: Question, text: string): readonly Diagnostic[] {
  if (question === 'board') return readBoard(text).diagnostics;
  if (question === 'apps') return readAppNames(text).diagnostics;
  return readMailbox(text).diagnostics;
}
