/**
 * What a flash tool is to us: the exact command lines of each thing it can do, and how its output is read. A tool is data
 * and pure functions; the door runs the commands. Paths in commands are relative to the project's folder and hold no
 * character that a shell or Tcl reads specially, so that a command can be copied from a dry run and called by hand.
 */
import type { AddressRange } from '@kickstage/base/ranges';
import type { ChipFacts } from '@kickstage/chips/chip';
import type { Layout } from '@kickstage/memory-map/layout';
import type { ProgramPiece } from './pieces.ts';

/** In the order in which they are tried. */
export const TOOL_NAMES = ['probe-rs', 'openocd', 'st-flash', 'dfu-util', 'uf2'] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

/** Oldest version of each tool that takes our command lines: probe-rs reads into files since 0.29. */
export const OLDEST: Readonly<Record<ToolName, readonly [major: number, minor: number]>> = {
  'probe-rs': [0, 29],
  openocd: [0, 11],
  'st-flash': [1, 6],
  'dfu-util': [0, 9],
  uf2: [0, 0],
};

/** A program and its arguments. */
export type Argv = readonly string[];

export interface ToolTarget {
  readonly layout: Layout;
  readonly chip: ChipFacts;
  /** The exact part, as debug tools name it: `Board.part`. */
  readonly part: string | undefined;
  /** OpenOCD's `interface/<name>.cfg`. */
  readonly probe: string;
}

/** What a tool's output says of the device that it found. */
export interface DeviceReport {
  /** Whether a device is there at all. */
  readonly found: boolean;
  /** DBGMCU_IDCODE.DEV_ID. */
  readonly deviceId?: number;
  /** Bytes of flash. */
  readonly flashSize?: number;
  /** Erase sectors as the device tells them. */
  readonly sectors?: readonly AddressRange[];
  /** As the tool calls it. */
  readonly name?: string;
}

export interface ToolProgress {
  readonly phase: 'erase' | 'write' | 'read' | 'verify';
  /** 0 to 100; absent where the tool does not say. */
  readonly percent?: number;
}

export interface FlashTool {
  readonly name: ToolName;
  /** Programs that must be on PATH; none for a copy to a drive. */
  readonly programs: readonly string[];
  /** Whether it can read flash: without, neighbours cannot be kept and nothing is verified. */
  readonly reads: boolean;
  readonly fileFormat: 'bin' | 'uf2';
  /** Prints the tool's version. */
  readonly version: Argv | undefined;
  /** Lists probes or devices without knowing a project; absent where the tool cannot. */
  readonly list: Argv | undefined;
  /** What is missing in the chip's or board's facts for this tool; undefined when nothing is. */
  lacks(target: ToolTarget): string | undefined;
  /** Commands whose outputs, in this order, say which device is there. */
  detect(target: ToolTarget): readonly Argv[];
  readDetect(outputs: readonly string[], target: ToolTarget): DeviceReport;
  /** Copies flash into a file that must not exist. */
  read(target: ToolTarget, range: AddressRange, file: string): Argv;
  /** Erases the piece's sectors and programs the file's bytes. */
  write(target: ToolTarget, piece: ProgramPiece, file: string): Argv;
  /** Starts what was flashed. `scratch`: a file that may be written. */
  reset(target: ToolTarget, scratch: string): Argv | undefined;
  /** The latest progress that a piece of output tells. */
  progress(output: string): ToolProgress | undefined;
}

/** `0x08020000`, as tools want it. */
export const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

/** The last match of a global pattern. */
export function lastMatch(text: string, pattern: RegExp): RegExpExecArray | undefined {
  return [...text.matchAll(pattern)].at(-1) as RegExpExecArray | undefined;
}

/** A number out of a tool's output: decimal, or hex with 0x. */
export function numberIn(text: string, pattern: RegExp): number | undefined {
  const match = pattern.exec(text);
  return match ? Number(match[1]) : undefined;
}
