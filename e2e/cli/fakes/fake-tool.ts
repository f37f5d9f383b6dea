/**
 * Flash tools by name: each takes the arguments of the real one and acts on a board in a folder. Arguments are read
 * strictly and outputs are those of the real tools, so that a wrong command line fails here too.
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

/** What a call of `name` says, and its exit code. An argument that the tool does not know is a fault of its caller. */
export function callTool(name: string, args: readonly string[], boardFolder: string, console: Console): number {
  const board = new FakeBoard(boardFolder);
  board.log({ tool: name, args });
  try {
    return TOOLS[name](args, board, console);
  } catch (error) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}
