/** One board, one tool: detect, read, write, read again, reset. What a tool says to be wrong ends the command. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress, formatSize } from '@kickstage/base/hex';
import type { AddressRange } from '@kickstage/base/ranges';
import { checkDetected } from '@kickstage/toolchain/flash/device-check';
import { diagnoseRun } from '@kickstage/toolchain/flash/diagnose';
import type { ProgramPiece } from '@kickstage/toolchain/flash/pieces';
import type { BoardSectors } from '@kickstage/toolchain/flash/plan';
import { programFile, programFileName } from '@kickstage/toolchain/flash/program-file';
import type { Argv, FlashTool, ToolProgress, ToolTarget } from '@kickstage/toolchain/flash/tool';
import { CommandFailure } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { writeFileAtomically } from '../write-file.ts';
import { ProgressLine } from './progress-line.ts';
import { outputOf, type RunTool } from './run-tool.ts';

/** Where files for and from tools lie, relative to the project's folder. */
export const FLASH_FOLDER = 'build/flash';

/** The exit code of a failure: no device or no permission, verification, or refused by the device. */
const EXIT_OF: Readonly<Record<string, ExitCode>> = {
  FLS007: EXIT.refused,
  FLS008: EXIT.refused,
  FLS010: EXIT.refused,
  FLS011: EXIT.verify,
  FLS015: EXIT.refused,
  FLS018: EXIT.refused,
};

export const flashFailure = (diagnostic: Diagnostic) =>
  new CommandFailure([diagnostic], EXIT_OF[diagnostic.code] ?? EXIT.device);

export interface SessionParts {
  readonly tool: FlashTool;
  readonly target: ToolTarget;
  readonly run: RunTool;
  readonly output: Output;
  /** The project's folder: tools run in it. */
  readonly folder: string;
}

/** How much of a tool's output is looked at for progress: its last characters. */
const SEEN_LENGTH = 4096;

interface Region {
  readonly name: string;
  readonly detail: string;
  readonly phase: ToolProgress['phase'];
}

export class FlashSession {
  readonly tool: FlashTool;
  readonly target: ToolTarget;
  private readonly parts: SessionParts;
  private readonly line: ProgressLine;

  constructor(parts: SessionParts) {
    this.parts = parts;
    this.tool = parts.tool;
    this.target = parts.target;
    this.line = new ProgressLine(parts.output);
  }

  /** Makes sure that the device which is connected is the config's. */
  async detect(): Promise<void> {
    const outputs: string[] = [];
    for (const argv of this.tool.detect(this.target)) outputs.push(await this.call(argv));
    const problem = checkDetected(this.tool, outputs, this.target);
    if (problem) throw flashFailure(problem);
  }

  /** Reads whole sectors; neighbours are read in one go. */
  async read(ranges: readonly AddressRange[], phase: 'read' | 'verify'): Promise<BoardSectors> {
    const sectors = new Map<number, Uint8Array>();
    for (const run of joinNeighbours(ranges)) {
      const bytes = await this.readRun(run, phase);
      for (const { start, end } of ranges)
        if (start >= run.start && end <= run.end)
          sectors.set(start, bytes.subarray(start - run.start, end - run.start));
    }
    this.line.end();
    return sectors;
  }

  private async readRun(run: AddressRange, phase: 'read' | 'verify'): Promise<Uint8Array> {
    const file = readFile(run);
    const path = join(this.parts.folder, file);
    mkdirSync(join(this.parts.folder, FLASH_FOLDER), { recursive: true });
    rmSync(path, { force: true });
    const size = run.end - run.start;
    const detail = `${formatSize(size)} at ${formatAddress(run.start)}`;
    await this.call(this.tool.read(this.target, run, file), { name: 'board', detail, phase });
    const bytes = readIfThere(path);
    rmSync(path, { force: true });
    if (bytes?.length === size) return bytes;
    throw flashFailure({
      code: 'FLS018',
      severity: 'error',
      what: `${this.tool.name} did not read all of ${detail}`,
      got: bytes ? `${bytes.length} bytes` : `no file ${file}`,
      why: 'nothing is written before it is known what must be kept',
      fix: 'try again; if it stays, try another tool with --via',
    });
  }

  async write(piece: ProgramPiece): Promise<void> {
    const file = this.writeProgramFile(piece);
    const detail = `${formatSize(piece.size)} at ${formatAddress(piece.start)}${this.eraseTime(piece)}`;
    await this.call(this.tool.write(this.target, piece, file), { name: piece.label, detail, phase: 'erase' });
    this.line.end();
  }

  /** The file for a piece, relative to the project's folder. */
  writeProgramFile(piece: ProgramPiece): string {
    const file = `${FLASH_FOLDER}/${programFileName(this.tool, piece)}`;
    writeFileAtomically(join(this.parts.folder, file), programFile(this.tool, piece, this.target));
    return file;
  }

  /** Starts what was flashed; false when the tool cannot. */
  async reset(): Promise<boolean> {
    const scratch = `${FLASH_FOLDER}/leave.bin`;
    rmSync(join(this.parts.folder, scratch), { force: true });
    const argv = this.tool.reset(this.target, scratch);
    return argv !== undefined && (await this.parts.run(argv)).code === 0;
  }

  /** Typical time to erase a piece's sectors; said because nothing moves meanwhile. */
  private eraseTime({ sectors }: ProgramPiece): string {
    const { chip, layout } = this.target;
    const times = sectors.map((index) => {
      const { start, end } = layout.flash.sectors[index];
      const known = chip.flash.timing?.erase.filter(({ sectorSize }) => sectorSize === end - start) ?? [];
      return Math.min(...known.map(({ typical }) => typical));
    });
    const seconds = times.reduce((sum, time) => sum + time, 0);
    return Number.isFinite(seconds) ? `, erase takes ${seconds.toFixed(1)} s` : '';
  }

  private async call(argv: Argv, region?: Region): Promise<string> {
    if (region) this.line.show(region.name, region.detail, { phase: region.phase });
    let seen = '';
    const result = await this.parts.run(argv, (text) => {
      seen = (seen + text).slice(-SEEN_LENGTH);
      const progress = region && this.tool.progress(seen);
      // Reading for verification is shown as what it is for.
      if (progress)
        this.line.show(
          region.name,
          region.detail,
          region.phase === 'verify' ? { ...progress, phase: 'verify' } : progress,
        );
    });
    const output = outputOf(result);
    const problem = diagnoseRun({ tool: this.tool.name, code: result.code, output }, this.target);
    if (!problem) return output;
    this.line.end();
    throw flashFailure(problem);
  }
}

/** The file into which a run of sectors is read. */
export const readFile = ({ start }: AddressRange) => `${FLASH_FOLDER}/board-${start.toString(16).padStart(8, '0')}.bin`;

export function joinNeighbours(ranges: readonly AddressRange[]): AddressRange[] {
  const joined: AddressRange[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last?.end === start) joined[joined.length - 1] = { start: last.start, end };
    else joined.push({ start, end });
  }
  return joined;
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    return undefined;
  }
}
