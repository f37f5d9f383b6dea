/** The command line's door: declares the commands, runs one, and turns what it throws into texts and an exit code. */
import { InvariantError } from '@kickstage/base/invariant';
import { Command, CommanderError } from 'commander';
import { CommandFailure, contextOf } from './command-context.ts';
import { addAddCommand } from './commands/add.ts';
import { addBuildCommand } from './commands/build.ts';
import { addCheckCommand } from './commands/check.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addExecCommand } from './commands/exec.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addFlashCommand } from './commands/flash.ts';
import { addGenerateCommand } from './commands/generate.ts';
import { addImageCommand } from './commands/image.ts';
import { addInitCommand } from './commands/init.ts';
import { addInspectCommand } from './commands/inspect.ts';
import { addKeysCommand } from './commands/keys.ts';
import { addMapCommand } from './commands/map.ts';
import { addRemoveCommand } from './commands/remove.ts';
import { addRenameCommand } from './commands/rename.ts';
import { addRunCommand } from './commands/run.ts';
import { addSignCommand } from './commands/sign.ts';
import { addSizeCommand } from './commands/size.ts';
import { EXIT } from './exit-codes.ts';
import type { Output } from './output.ts';
import { VERSION } from './version.ts';

const wantsJson = process.argv.includes('--json');

function createProgram(): Command {
  const program = new Command('kickstage')
    .description('Bootloader framework for Cortex-M microcontrollers, written wholly in TypeScript.')
    .version(VERSION)
    .showHelpAfterError('(kickstage --help lists the commands)')
    // `sign --version 1.2.3` is the image's version and not a question for ours.
    .enablePositionalOptions()
    .exitOverride();
  for (const add of [
    addInitCommand,
    addCheckCommand,
    addMapCommand,
    addBuildCommand,
    addRunCommand,
    addAddCommand,
    addRemoveCommand,
    addRenameCommand,
    addGenerateCommand,
    addFlashCommand,
    addDoctorCommand,
    addSizeCommand,
    addInspectCommand,
    addKeysCommand,
    addSignCommand,
    addImageCommand,
    addExecCommand,
    addExplainCommand,
  ]) {
    add(program);
  }
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
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
