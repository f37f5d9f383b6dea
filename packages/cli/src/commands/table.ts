/**
 * The commands by name, in the order in which help lists them. Each is loaded when it is asked for: most of a command's
 * start would otherwise go into reading the others.
 */
import type { Command } from 'commander';

/** Declares one command with its options and what it does. */
export type AddCommand = (program: Command) => void;

export const COMMANDS: ReadonlyMap<string, () => Promise<AddCommand>> = new Map<string, () => Promise<AddCommand>>([
  ['init', async () => (await import('./init.ts')).addInitCommand],
  ['check', async () => (await import('./check.ts')).addCheckCommand],
  ['map', async () => (await import('./map.ts')).addMapCommand],
  ['build', async () => (await import('./build.ts')).addBuildCommand],
  ['run', async () => (await import('./run.ts')).addRunCommand],
  ['add', async () => (await import('./add.ts')).addAddCommand],
  ['remove', async () => (await import('./remove.ts')).addRemoveCommand],
  ['rename', async () => (await import('./rename.ts')).addRenameCommand],
  ['generate', async () => (await import('./generate.ts')).addGenerateCommand],
  ['flash', async () => (await import('./flash.ts')).addFlashCommand],
  ['send', async () => (await import('./send.ts')).addSendCommand],
  ['doctor', async () => (await import('./doctor.ts')).addDoctorCommand],
  ['size', async () => (await import('./size.ts')).addSizeCommand],
  ['inspect', async () => (await import('./inspect.ts')).addInspectCommand],
  ['keys', async () => (await import('./keys.ts')).addKeysCommand],
  ['sign', async () => (await import('./sign.ts')).addSignCommand],
  ['image', async () => (await import('./image.ts')).addImageCommand],
  ['test', async () => (await import('./test.ts')).addTestCommand],
  ['exec', async () => (await import('./exec.ts')).addExecCommand],
  ['explain', async () => (await import('./explain.ts')).addExplainCommand],
]);

/** The commands that a command line whose first word is `first` can mean: all where help or an error may list them. */
export function commandsFor(first: string | undefined): Promise<AddCommand[]> {
  const one = first === undefined ? undefined : COMMANDS.get(first);
  if (one) return Promise.all([one()]);
  if (first === '--version' || first === '-V') return Promise.resolve([]);
  return Promise.all([...COMMANDS.values()].map((load) => load()));
}
