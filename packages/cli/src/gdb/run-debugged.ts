/** `kickstage run --gdb`: serves gdb until it leaves or Ctrl-C is pressed. */
import type { ChipFacts } from '@kickstage/chips/chip';
import type { Scenario } from '@kickstage/testbench/scenario';
import { CommandFailure } from '../command-context.ts';
import type { Output } from '../output.ts';
import { BoardTarget } from './board-target.ts';
import type { DebuggedBoard } from './debugged-board.ts';
import { watchLauncher } from './launcher.ts';
import { GdbServer, HOST } from './server.ts';

export interface DebuggedRun {
  readonly board: DebuggedBoard;
  readonly scenario: Scenario;
  readonly chip: ChipFacts;
  readonly output: Output;
  readonly port: number;
  /** ELF files for gdb to read symbols from, as one writes them where the command was called. */
  readonly files: readonly string[];
  readonly describe?: (pc: number) => string;
}

export async function runDebugged({
  board,
  scenario,
  chip,
  output,
  port,
  files,
  describe,
}: DebuggedRun): Promise<void> {
  const target = new BoardTarget({
    board,
    scenario,
    chip,
    wallSeconds: () => performance.now() / 1000,
    ...(describe ? { describe } : {}),
  });
  const server = new GdbServer({
    target,
    onAttach: () => board.port.attach(),
    onDetach: () => {
      board.port.detach();
      // The pace is a client's own: nobody sees what a board does at full speed that nobody is attached to.
      target.isPaced = true;
    },
    onStop: (text) => output.line(output.colors.red(`stopped ${text}`)),
  });
  const open = await listen(server, port);
  const command = gdbCommand(files, open);
  // Before anybody is told that there is a server: who is told may end it at once.
  const interrupt = () => server.close();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  output.object({ event: 'gdb', host: HOST, port: open, command });
  output.line(`waiting for gdb on ${HOST}:${open}`);
  output.line(`  ${command}`);
  const unwatch = watchLauncher((launcher) => {
    if (launcher === 'gone') server.close();
    else if (launcher === 'doubtful') server.endWithClient();
  });
  await server.done;
  unwatch();
  process.off('SIGINT', interrupt);
  process.off('SIGTERM', interrupt);
  scenario.stop();
}

async function listen(server: GdbServer, port: number): Promise<number> {
  try {
    return await server.listen(port);
  } catch (error) {
    throw new CommandFailure([
      {
        code: 'CLI030',
        severity: 'error',
        what: `gdb cannot be waited for at port ${port}`,
        at: { path: '--gdb' },
        got: error instanceof Error ? error.message : String(error),
        fix: 'name another port: --gdb 3334, or --gdb 0 for any that is free',
      },
    ]);
  }
}

/** Symbols of the first file, then of the others. */
function gdbCommand([first, ...others]: readonly string[], port: number): string {
  const more = others.map((file) => ` -ex 'add-symbol-file ${file}'`);
  const confirm = others.length > 0 ? " -iex 'set confirm off'" : '';
  return `gdb-multiarch${confirm} ${first}${more.join('')} -ex 'target remote ${HOST}:${port}'`;
}
