/** Options of `kickstage run`, read and checked. */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { type Press, parseDuration, parsePress } from '@kickstage/testbench/press';
import { type BuildOptions, type RawBuildOptions, readBuildOptions } from './build-options.ts';

export interface RawRunOptions extends RawBuildOptions {
  readonly for?: string;
  readonly press?: readonly string[];
  readonly expect?: string;
  readonly timeout?: string;
  readonly elf?: string;
  readonly live?: boolean;
  readonly seed?: string;
  /** `true` where no port was given. */
  readonly gdb?: string | true;
  readonly keep?: string;
  /** `true` where no port was given. */
  readonly serial?: string | true;
}

export interface RunOptions {
  /** Virtual seconds; undefined where nothing was said. */
  readonly duration: number | undefined;
  readonly timeout: number | undefined;
  readonly presses: readonly Press[];
  readonly expect: string | undefined;
  readonly elf: string | undefined;
  readonly live: boolean;
  /** Of the noise that RAM holds after power-on. */
  readonly seed: number;
  /** TCP port for gdb, 0 for any that is free; undefined without a debugger. */
  readonly gdbPort: number | undefined;
  /** File with the flash of the board. */
  readonly keep: string | undefined;
  /** TCP port for the console, 0 for any that is free; undefined where nobody can connect. */
  readonly serialPort: number | undefined;
  readonly build: BuildOptions;
}

/** How long a run lasts when neither --for nor --expect says so, in virtual seconds. */
const DEFAULT_DURATION = 3;
const DEFAULT_TIMEOUT = 10;
/** OpenOCD's port for gdb: what configurations of debuggers have already. */
const DEFAULT_GDB_PORT = 3333;

const DEFAULT_SERIAL_PORT = 3334;

export function readRunOptions(raw: RawRunOptions): { options: RunOptions; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const duration = readDuration('--for', raw.for, diagnostics);
  const timeout = readDuration('--timeout', raw.timeout, diagnostics);
  const presses = (raw.press ?? []).flatMap((text) => {
    const press = parsePress(text);
    if (!press)
      diagnostics.push(
        badValue('--press', text, 'write PIN@TIME or PIN@TIME:DURATION, such as PA0@3s or PA0@3s:200ms'),
      );
    return press ? [press] : [];
  });
  const seed = raw.seed === undefined ? 1 : Number(raw.seed);
  if (!Number.isInteger(seed)) diagnostics.push(badValue('--seed', String(raw.seed), 'give a whole number'));
  const gdbPort = readGdbPort(raw, diagnostics);
  const serialPort = readSerialPort(raw, diagnostics);
  const build = readBuildOptions(raw);
  diagnostics.push(...build.diagnostics);
  const waits = raw.expect !== undefined;
  return {
    options: {
      duration:
        duration ??
        (waits || raw.live || raw.gdb || raw.serial ? undefined : timeout === undefined ? DEFAULT_DURATION : undefined),
      timeout: timeout ?? (waits && duration === undefined ? DEFAULT_TIMEOUT : undefined),
      presses,
      expect: raw.expect,
      elf: raw.elf,
      live: raw.live === true,
      seed,
      gdbPort,
      keep: raw.keep,
      serialPort,
      build: build.options,
    },
    diagnostics,
  };
}

function readDuration(option: string, text: string | undefined, diagnostics: Diagnostic[]): number | undefined {
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds <= 0) {
    diagnostics.push(badValue(option, text, 'write a number with its unit: 20us, 150ms, 3s, 1.5s, 2min'));
    return undefined;
  }
  return seconds;
}

/** gdb alone ends a run that it debugs. */
function readGdbPort(raw: RawRunOptions, diagnostics: Diagnostic[]): number | undefined {
  if (raw.gdb === undefined) return undefined;
  const others = ['for', 'expect', 'timeout', 'live', 'serial'] as const;
  for (const name of others.filter((other) => raw[other] !== undefined)) {
    diagnostics.push({
      code: 'CLI004',
      severity: 'error',
      what: `--gdb and --${name} do not go together`,
      at: { path: `--${name}` },
      why: 'a run that is debugged ends when gdb leaves',
      fix: `leave out --${name}`,
    });
  }
  const text = raw.gdb === true ? String(DEFAULT_GDB_PORT) : raw.gdb;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 0xffff) return port;
  diagnostics.push(badValue('--gdb', text, 'give a port from 1 to 65535, or 0 for any that is free'));
  return undefined;
}

function readSerialPort({ serial, live }: RawRunOptions, diagnostics: Diagnostic[]): number | undefined {
  if (serial === undefined) return undefined;
  if (live === true) diagnostics.push(badValue('--serial', 'with --live', 'leave one of them out'));
  const port = Number(serial === true ? DEFAULT_SERIAL_PORT : serial || Number.NaN);
  if (Number.isInteger(port) && port >= 0 && port <= 0xffff) return port;
  diagnostics.push(badValue('--serial', String(serial), 'give a port from 1 to 65535, or 0 for any that is free'));
  return undefined;
}

function badValue(option: string, got: string, fix: string): Diagnostic {
  return {
    code: 'CLI004',
    severity: 'error',
    what: `${option} cannot be read`,
    at: { path: option },
    got: JSON.stringify(got),
    fix,
  };
}
