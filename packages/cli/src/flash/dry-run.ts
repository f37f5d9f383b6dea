/**
 * What flashing would do: every command in order, one event each. The board is not asked, so it is taken to differ
 * everywhere; a real run reads it first and leaves out what is the same.
 */
import type { FlashPlan, readsOf } from '@kickstage/toolchain/flash/plan';
import { programFileName } from '@kickstage/toolchain/flash/program-file';
import type { Argv } from '@kickstage/toolchain/flash/tool';
import type { Output } from '../output.ts';
import { FLASH_FOLDER, type FlashSession, joinNeighbours, readFile } from './session.ts';

export interface DryCommand {
  readonly step: 'detect' | 'read' | 'write' | 'verify' | 'reset';
  readonly argv: Argv;
  /** What is written, or read. */
  readonly region?: string;
  /** Images whose bytes are read from the board and written again: the file is complete only then. */
  readonly keeps?: readonly string[];
}

/** All commands; program files whose bytes are known are written, so that the commands can be called by hand. */
export function dryCommands(session: FlashSession, plan: FlashPlan, reads: ReturnType<typeof readsOf>): DryCommand[] {
  const { tool, target } = session;
  const commands: DryCommand[] = tool.detect(target).map((argv) => ({ step: 'detect', argv }));
  const readAll = (step: 'read' | 'verify', ranges: ReturnType<typeof readsOf>) => {
    if (!tool.reads) return;
    for (const range of joinNeighbours(ranges))
      commands.push({ step, argv: tool.read(target, range, readFile(range)) });
  };
  readAll('read', reads);
  for (const piece of plan.pieces) {
    const file = piece.bytes ? session.writeProgramFile(piece) : `${FLASH_FOLDER}/${programFileName(tool, piece)}`;
    const keeps = keptOwners(plan, piece.sectors);
    const argv = tool.write(target, piece, file);
    commands.push({ step: 'write', region: piece.label, argv, ...(keeps.length > 0 ? { keeps } : {}) });
  }
  readAll(
    'verify',
    plan.sectors.filter(({ action }) => action === 'write').map(({ sector }) => sector),
  );
  const reset = tool.reset(target, `${FLASH_FOLDER}/leave.bin`);
  if (reset) commands.push({ step: 'reset', argv: reset });
  return commands;
}

function keptOwners({ sectors }: FlashPlan, indices: readonly number[]): string[] {
  const kept = sectors.filter(({ sector }) => indices.includes(sector.index)).flatMap((plan) => plan.kept);
  return [...new Set(kept.flatMap(({ owner }) => (owner === undefined ? [] : [owner])))];
}

export function printCommands(output: Output, commands: readonly DryCommand[]): void {
  for (const command of commands) {
    const keeps = command.keeps
      ? output.colors.dim(`   # with the bytes of ${command.keeps.join(', ')} that were read`)
      : '';
    output.line(`${output.colors.dim(command.step.padEnd(7))} ${command.argv.map(quote).join(' ')}${keeps}`);
    output.object({ event: 'command', ...command });
  }
}

/** As a POSIX shell takes it. */
const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
