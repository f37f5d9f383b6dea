/** What every command gets: its output, and where it was called. And how options common to all commands are declared. */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Output } from './output.ts';

export interface CommonOptions {
  readonly json?: boolean;
  readonly color?: boolean;
  readonly config?: string;
  readonly cwd?: string;
}

export interface CommandContext {
  readonly output: Output;
  /** Folder from which files are looked for. */
  readonly cwd: string;
  /** Config file named on the command line. */
  readonly config: string | undefined;
}

/** Ends a command with diagnostics; thrown by commands and caught by main alone. */
export class CommandFailure extends Error {
  override name = 'CommandFailure';
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: ExitCode;

  constructor(diagnostics: readonly Diagnostic[], exitCode: ExitCode = EXIT.usage) {
    super(diagnostics.map((d) => d.what).join('; '));
    this.diagnostics = diagnostics;
    this.exitCode = exitCode;
  }
}

/** Adds the options that every command has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON object a line, errors too')
    .option('--config <file>', 'config file (default: the nearest boot.config.ts)')
    .option('--cwd <dir>', 'folder to work in (default: this one)')
    .option('--no-color', 'print without colours');
}

export function contextOf(options: CommonOptions): CommandContext {
  const wantsColor = options.color !== false && !process.env.NO_COLOR && process.stdout.isTTY === true;
  return {
    output: new Output({ json: options.json === true, color: wantsColor }),
    cwd: options.cwd ?? process.cwd(),
    config: options.config,
  };
}
