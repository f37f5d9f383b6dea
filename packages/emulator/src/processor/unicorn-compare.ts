/** Runs the cases of tools/unicorn on a bare machine, and says where Unicorn's results differ. For the tests only. */
import { type Case, FLASH, patternWord, RAM } from '../../../../tools/unicorn/cases.ts';
import { createBareMachine, type Machine } from '../machine.ts';
import { EVERYTHING } from './translate/translator.ts';

/** What an instruction leaves behind; `fault` alone where it does not complete. */
export interface Outcome {
  readonly registers?: readonly number[];
  readonly pc?: number;
  readonly apsr?: number;
  /** Bytes of RAM that changed: offset and value. */
  readonly ram?: readonly (readonly [number, number])[];
  /** S0..S31 as bits, where the case has some. */
  readonly singles?: readonly number[];
  readonly fpscr?: number;
  readonly fault?: string;
}

function pattern(kind: Case['ram'], size: number): Uint8Array {
  const words = Uint32Array.from({ length: size / 4 }, (_, i) => patternWord(kind, i));
  return new Uint8Array(words.buffer);
}

const MOST = 1000;
/** Bytes behind a case. */
const BEHIND = 16;
const CPACR = 0xe000ed88;
const FLASH_PATTERN = pattern('noise', FLASH.size);
const RAM_PATTERNS = { noise: pattern('noise', RAM.size), code: pattern('code', RAM.size) };

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

export class CaseRunner {
  private readonly machine: Machine = createBareMachine({ flash: FLASH, ram: RAM });
  private fault: string | undefined;
  /** Cases of which a translation executed something. */
  translated = 0;

  constructor() {
    this.machine.load(FLASH.start, FLASH_PATTERN);
    this.machine.reset('power-on');
    this.machine.listen((event) => {
      if (event.event === 'fault') this.fault = event.text;
    });
  }

  /**
   * Three times: instructions are new to the machine first, and done by the general path; then by the loop for frequent
   * ones; then translated.
   */
  run(test: Case): Outcome {
    const { machine } = this;
    const { translator } = machine.cpu;
    const bytes = bytesOf(test.code);
    machine.load(test.pc, bytes);
    translator.setOptions(undefined);
    const [first, firstCycles] = this.runOnce(test);
    const [second, cycles] = this.runOnce(test);
    if (shown(first) !== shown(second) || firstCycles !== cycles)
      throw new Error(`${shown(test)}: ${shown(first)}, then ${shown(second)}`);
    translator.setOptions(EVERYTHING);
    const [third, thirdCycles] = this.runOnce(test);
    if (shown(first) !== shown(third) || thirdCycles !== cycles)
      throw new Error(`${shown(test)}: ${shown(first)}, translated ${shown(third)}`);
    this.translated += translator.executed > 0 ? 1 : 0;
    // What lies behind, too: another case may have executed it, and a translation would go on there.
    const offset = test.pc - FLASH.start;
    machine.load(test.pc, FLASH_PATTERN.subarray(offset, offset + bytes.length + BEHIND));
    return second;
  }

  /** What is left, and the cycles it took. */
  private runOnce({ count, pc, registers, apsr, ram, singles, fpscr }: Case): readonly [Outcome, number] {
    const { machine } = this;
    const { cpu, clock } = machine;
    machine.reset('system');
    this.fault = undefined;
    const before = RAM_PATTERNS[ram];
    machine.load(RAM.start, before);
    cpu.r.set(registers);
    cpu.apsr = apsr;
    cpu.it = 0;
    cpu.pc = pc;
    if (singles) {
      machine.bus.write32(CPACR, 0xf << 20);
      cpu.fpu.s.set(singles);
      cpu.fpu.fpscr = (fpscr ?? 0) | 0;
      cpu.fpu.setActive(true);
      // Else the general path would make it ready.
      if (cpu.translator.isOn) cpu.fpu.prepare();
    }
    const start = clock.cycles;
    const end = cpu.instructions + count;
    // A translation needs room; it ends where code begins that was never executed.
    if (cpu.translator.isOn) cpu.instructions += cpu.translator.run(MOST, MOST);
    while (cpu.instructions < end && this.fault === undefined) machine.run({ maxInstructions: end - cpu.instructions });
    const cycles = clock.cycles - start;
    if (this.fault !== undefined) return [{ fault: this.fault }, cycles];
    const outcome = {
      registers: [...cpu.r.subarray(0, 15)].map((value) => value >>> 0),
      pc: cpu.pc >>> 0,
      apsr: (cpu.apsr & 0xf80f0000) >>> 0,
      ram: changesOf(before, machine.readMemory(RAM.start, RAM.size)!),
      ...(singles && { singles: [...cpu.fpu.s].map((bits) => bits >>> 0), fpscr: cpu.fpu.fpscr >>> 0 }),
    };
    return [outcome, cycles];
  }
}

/** Bytes that are others now. Most cases change none, which is seen by far sooner. */
function changesOf(before: Uint8Array, after: Uint8Array): [number, number][] {
  const changed: [number, number][] = [];
  if (Buffer.compare(before, after) === 0) return changed;
  for (let i = 0; i < after.length; i++) if (after[i] !== before[i]) changed.push([i, after[i]]);
  return changed;
}

const shown = (value: unknown) => JSON.stringify(value, (_, v) => (typeof v === 'number' ? `0x${v.toString(16)}` : v));

/** Bits 1..0 of SP are always zero (DDI 0403E B1.4.1); Unicorn's version of QEMU keeps what SUBS SP, SP, #imm leaves there. */
function withAlignedSP(outcome: Outcome): Outcome {
  const registers = outcome.registers?.map((value, i) => (i === 13 ? (value & ~3) >>> 0 : value));
  return registers === undefined ? outcome : { ...outcome, registers };
}

/** Undefined when both agree; two faults agree whatever their texts. */
export function difference(test: Case, ours: Outcome, unicorns: Outcome): string | undefined {
  const theirs = withAlignedSP(unicorns);
  if (ours.fault !== undefined && theirs.fault !== undefined) return undefined;
  if (shown(ours) === shown(theirs)) return undefined;
  const parts = (['fault', 'pc', 'apsr', 'ram', 'fpscr'] as const)
    .filter((key) => shown(ours[key]) !== shown(theirs[key]))
    .map((key) => `${key}: ours ${shown(ours[key])}, Unicorn ${shown(theirs[key])}`);
  for (const [letter, key] of [
    ['r', 'registers'],
    ['s', 'singles'],
  ] as const) {
    ours[key]?.forEach((value, i) => {
      const other = theirs[key]?.[i];
      if (other !== undefined && other !== value)
        parts.push(`${letter}${i}: ours ${shown(value)}, Unicorn ${shown(other)}`);
    });
  }
  return `${test.id} ${shown(test)}: ${parts.join('; ')}`;
}

/** Compares all cases with Unicorn's results: the texts of what differs, and how many cases faulted on both. */
export function compareAll(cases: readonly Case[], results: readonly Outcome[]) {
  const runner = new CaseRunner();
  const differences = cases.flatMap((one, i) => difference(one, runner.run(one), results[i]) ?? []);
  const faults = results.filter(({ fault }) => fault !== undefined).length;
  return { differences, faults, translated: runner.translated };
}
