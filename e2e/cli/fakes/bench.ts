/** A workbench: a project, a board and the fake tools that are on PATH there. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildSync } from 'esbuild';
import { type CliResult, ROOT } from '../run-cli.ts';
import { type Behaviour, FLASH_SIZE, FLASH_START } from './board.ts';

const BIN = join(ROOT, 'packages/cli/bin/kickstage.js');
export const PROGRAMS = ['probe-rs', 'openocd', 'st-flash', 'st-info', 'dfu-util'] as const;

export interface LogEntry {
  readonly tool?: string;
  readonly args?: readonly string[];
  /** Address of a write, its size, and the sectors that were erased for it. */
  readonly write?: number;
  readonly size?: number;
  readonly erased?: readonly number[];
}

export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'kickstage-bench-'));
  private readonly tools = join(this.folder, 'tools');
  private readonly board = join(this.folder, 'board');

  constructor() {
    const outfile = join(this.folder, 'fake-tool.mjs');
    const entry = join(import.meta.dirname, 'fake-tool.ts');
    buildSync({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20' });
    mkdirSync(this.tools);
    mkdirSync(this.board);
    for (const name of PROGRAMS) {
      const path = join(this.tools, name);
      writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${outfile}' ${name} "$@"\n`);
      chmodSync(path, 0o755);
    }
    this.reset();
  }

  /** A fresh board: erased flash, no trouble, an empty log. */
  reset(behaviour: Behaviour = {}): void {
    writeFileSync(join(this.board, 'flash.bin'), new Uint8Array(FLASH_SIZE).fill(0xff));
    writeFileSync(join(this.board, 'log.jsonl'), '');
    this.behave(behaviour);
  }

  behave(behaviour: Behaviour): void {
    writeFileSync(join(this.board, 'behaviour.json'), JSON.stringify(behaviour));
  }

  get flash(): Uint8Array {
    return new Uint8Array(readFileSync(join(this.board, 'flash.bin')));
  }

  at(address: number, size: number): Uint8Array {
    return this.flash.slice(address - FLASH_START, address - FLASH_START + size);
  }

  put(address: number, bytes: Uint8Array): void {
    const flash = this.flash;
    flash.set(bytes, address - FLASH_START);
    writeFileSync(join(this.board, 'flash.bin'), flash);
  }

  /** What the tools were called for since the last look. */
  takeLog(): LogEntry[] {
    const path = join(this.board, 'log.jsonl');
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, '');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LogEntry);
  }

  /** Calls kickstage in `project` with these fake programs on PATH and nothing else. */
  kickstage(
    project: string,
    programs: readonly string[],
    args: readonly string[],
    environment: object = {},
  ): CliResult {
    const path = mkdtempSync(join(this.folder, 'path-'));
    for (const name of programs) symlinkSync(join(this.tools, name), join(path, name));
    const env = { ...process.env, PATH: [path].join(delimiter), FAKE_BOARD: this.board, ...environment };
    const run = spawnSync(process.execPath, [BIN, ...args], { cwd: project, encoding: 'utf8', timeout: 120_000, env });
    const lines = args.includes('--json') ? run.stdout.split('\n').filter((line) => line !== '') : [];
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    return { code: run.status, stdout: run.stdout, stderr: run.stderr, events };
  }

  remove(): void {
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true, force: true });
  }
}
