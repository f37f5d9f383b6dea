/** The command line's door: declares the commands, runs one, and turns what it throws into texts and an exit code. */
import { InvariantError } from '@kickstage/base/invariant';
import { Command, CommanderError } from 'commander';
import { CommandFailure, contextOf } from './command-context.ts';
import { commandsFor } from './commands/table.ts';
import { EXIT } from './exit-codes.ts';
import type { Output } from './output.ts';
import { VERSION } from './version.ts';

const wantsJson = process.argv.includes('--json');

async function createProgram(): Promise<Command> {
  const program = new Command('kickstage')
    .description('Bootloader framework for Cortex-M microcontrollers, written wholly in TypeScript.')
    .version(VERSION)
    .showHelpAfterError('(kickstage --help lists the commands)')
    // `sign --version 1.2.3` is the image's version and not a question for ours.
    .enablePositionalOptions()
    .exitOverride();
  for (const add of await commandsFor(process.argv[2])) add(program);
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  for (const command of commands) command.exitOverride();
  if (wantsJson) for (const command of [program, ...commands]) command.configureOutput({ writeErr: () => {} });
  return program;
}

function report(error: unknown): number {
  const { output } = contextOf({ json: wantsJson });
  if (error instanceof CommandFailure) {
    output.diagnostics(error.diagnostics);
    return error.exitCode;
  }
  if (error instanceof CommanderError) return usage(error, output);
  return bug(error, output);
}

/** Commander has printed its text already; programs get a diagnostic. Help and version are no errors. */
function usage(error: CommanderError, output: Output): number {
  if (error.exitCode === 0) return EXIT.ok;
  if (output.json)
    output.diagnostics([{ code: 'CLI004', severity: 'error', what: error.message.replace(/^error: /, '') }]);
  return EXIT.usage;
}

function bug(error: unknown, output: Output): number {
  const what = error instanceof Error ? error.message : String(error);
  const name = error instanceof InvariantError ? 'an invariant does not hold' : 'something unforeseen happened';
  output.diagnostics([
    {
      code: 'CLI999',
      severity: 'error',
      what: `${name}: ${what}`,
      why: 'this is a bug in Kickstage',
      fix: 'run again with KICKSTAGE_DEBUG=1 to see the stack, and report it',
    },
  ]);
  if (process.env.KICKSTAGE_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return EXIT.program;
}

// A reader that closes the pipe early (`kickstage run | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});

try {
  await (await createProgram()).parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
