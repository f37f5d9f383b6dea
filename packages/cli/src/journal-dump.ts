/** `kickstage inspect --journal DUMP`: every record of the journal in words. */
import { formatAddress, formatSize } from '@kickstage/base/hex';
import type { Layout } from '@kickstage/memory-map/layout';
import { type JournalSlot, readJournal } from '@kickstage/toolchain/journal/read';
import { type AppName, slotText, stateText } from '@kickstage/toolchain/journal/words';
import { type CommandContext, CommandFailure } from './command-context.ts';
import { findConfig } from './config-file.ts';
import { EXIT } from './exit-codes.ts';
import { loadProject } from './project.ts';
import { readInput } from './read-input.ts';

/** A row of slots with nothing written is one line. */
const MOST_ERASED = 2;

/** Both halves, one behind the other, or all of flash; with a project the apps have their names. */
export async function inspectJournal(context: CommandContext, file: string): Promise<void> {
  const { output, cwd } = context;
  const content = readInput(cwd, file);
  const layout = findConfig(cwd, context.config) ? (await loadProject(context)).layout : undefined;
  const halves = halvesOf(content, file, layout);
  const names = namesOf(layout);
  const journal = readJournal(halves, layout?.flash.erasedByte);
  const { half, slot, state } = journal;
  output.line(`${output.colors.bold(file)}: a journal of two halves, ${formatSize(halves[0].length)} each`);
  journal.halves.forEach(({ slots, generation }, n) => {
    const start = layout?.updates?.journal?.[n].start;
    const where = start === undefined ? '' : ` at ${formatAddress(start)}`;
    const use = half === undefined ? '' : half === n ? ', in use' : ', the one of before';
    output.line(`  half ${n}${where}: ${generation === 0 ? 'no header' : `generation ${generation}`}${use}`);
    for (const line of slotLines(slots, names, half === n ? slot : undefined)) output.line(line);
  });
  output.line(`  the state: ${stateText(state, names)}`);
  const told = journal.halves.map(({ slots, generation }) => ({
    generation,
    slots: slots.filter(({ kind }) => kind !== 'erased').map((one) => ({ ...one, text: slotText(one, names) })),
  }));
  const apps = names.map(({ name }, n) => ({ name, ...state.apps[n] }));
  output.object({ event: 'journal', file, half, slot, halves: told, state: { ...state, apps } });
}

function slotLines(slots: readonly JournalSlot[], names: readonly AppName[], current: number | undefined): string[] {
  const lines: string[] = [];
  let last = slots.length - 1;
  while (last >= 0 && slots[last].kind === 'erased') last--;
  for (const slot of slots.slice(0, last + 1)) {
    const mark = slot.index === current ? '»' : ' ';
    lines.push(`  ${mark} ${String(slot.index).padStart(4)}  ${slotText(slot, names)}`);
  }
  const rest = slots.length - 1 - last;
  if (rest > 0)
    lines.push(
      `    ${String(last + 1).padStart(4)}  erased${rest > MOST_ERASED ? `, and so the ${rest - 1} behind it` : ''}`,
    );
  return lines;
}

function halvesOf(content: Uint8Array, file: string, layout: Layout | undefined): [Uint8Array, Uint8Array] {
  const { journal } = layout?.updates ?? {};
  if (layout && journal && content.length === layout.flash.end - layout.flash.start) {
    const part = ({ start, end }: { start: number; end: number }) =>
      content.subarray(start - layout.flash.start, end - layout.flash.start);
    return [part(journal[0]), part(journal[1])];
  }
  const size = journal ? journal[0].end - journal[0].start : Math.floor(content.length / 2);
  if (content.length >= 64 && content.length === 2 * size) return [content.subarray(0, size), content.subarray(size)];
  const whole = layout ? `, or all of flash, ${layout.flash.end - layout.flash.start} bytes` : '';
  throw new CommandFailure(
    [
      {
        code: 'CLI048',
        severity: 'error',
        what: `${file} is no dump of the journal`,
        at: { file },
        got: `${content.length} bytes`,
        why: journal ? `the halves of this project have ${size} bytes each` : 'it has two halves of one size',
        fix: `read both halves, one behind the other${whole}`,
      },
    ],
    EXIT.usage,
  );
}

/** The updatable apps by their number; without a project as many as a record has room for. */
function namesOf(layout: Layout | undefined): AppName[] {
  if (!layout) return Array.from({ length: 8 }, (_, n) => ({ name: `app ${n}` }));
  return layout.apps
    .flatMap(({ name, update }) => (update ? [{ name, index: update.index, strategy: update.strategy }] : []))
    .sort((a, b) => a.index - b.index);
}
