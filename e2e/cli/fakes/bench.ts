/** A workbench: a project, a board and the fake tools that are on PATH there. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
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
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { type CliResult, kickstageIn } from '../run-cli.ts';
import { type Behaviour, FLASH_SIZE, FLASH_START } from './board.ts';

export const PROGRAMS = ['probe-rs', 'openocd', 'st-flash', 'st-info', 'dfu-util'] as const;

export interface LogEntry {
  readonly tool?: string;
  readonly args?: readonly string[];
  /** Address of a write, its size, and the sectors that were erased for it. */
  readonly write?: number;
  readonly size?: number;
  readonly erased?: readonly number[];
}

/** A tool that the server at `port` acts for. */
const toolScript = (name: string, port: number) => `#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 126
printf '%s\\0' $(($# + 3)) "$FAKE_BOARD" "$PWD" ${name} "$@" >&3
while IFS= read -r line <&3; do
  case $line in
    o*) printf '%s\\n' "\${line:1}" ;;
    e*) printf '%s\\n' "\${line:1}" >&2 ;;
    x*) exit "\${line:1}" ;;
  esac
done
exit 125
`;

export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'kickstage-bench-'));
  private readonly tools = join(this.folder, 'tools');
  private readonly board = join(this.folder, 'board');
  private readonly server: ChildProcess;

  private constructor() {
    const outfile = join(this.folder, 'serve-tools.mjs');
    const entry = join(import.meta.dirname, 'serve-tools.ts');
    buildSync({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20' });
    mkdirSync(this.tools);
    mkdirSync(this.board);
    this.reset();
    this.server = fork(outfile, { execArgv: [] });
  }

  static async open(): Promise<Bench> {
    const bench = new Bench();
    const [port] = await once(bench.server, 'message');
    for (const name of PROGRAMS) {
      const path = join(bench.tools, name);
      writeFileSync(path, toolScript(name, port));
      chmodSync(path, 0o755);
    }
    return bench;
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
    return kickstageIn(project, args, { PATH: path, FAKE_BOARD: this.board, ...environment });
  }

  close(): void {
    this.server.kill();
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true, force: true });
  }
}
