/**
 * A program that takes the arguments of a flash tool and acts on the board in $FAKE_BOARD. Its name is its first argument.
 * Arguments are read strictly and outputs are those of the real tools, so that a wrong command line fails here too.
 */
import { FakeBoard } from './board.ts';
import { dfuUtil } from './dfu-util.ts';
import { openocd } from './openocd.ts';
import { probeRs } from './probe-rs.ts';
import { stFlash, stInfo } from './st-flash.ts';

export interface Console {
  out(text: string): void;
  error(text: string): void;
}

/** Gives the exit code. */
export type FakeTool = (args: readonly string[], board: FakeBoard, console: Console) => number;

const TOOLS: Readonly<Record<string, FakeTool>> = {
  openocd,
  'st-flash': stFlash,
  'st-info': stInfo,
  'dfu-util': dfuUtil,
  'probe-rs': probeRs,
};

const [name, ...args] = process.argv.slice(2);
const board = new FakeBoard(process.env.FAKE_BOARD ?? '');
board.log({ tool: name, args });
process.exitCode = TOOLS[name](args, board, {
  out: (text) => process.stdout.write(`${text}\n`),
  error: (text) => process.stderr.write(`${text}\n`),
});
