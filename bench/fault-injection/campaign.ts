/**
 * Faults on the way from reset to the end of the bootloader: each at its own run, from the machine's state just before.
 * A breach is an app that runs and must not, then or after the power has failed and come back.
 */
import { EmulationError } from '@kickstage/emulator/peripheral';
import { type Fault, faultsAt, inject } from './inject.ts';
import type { Scenario } from './scenarios.ts';

export interface Point {
  /** How many instructions were executed before. */
  readonly at: number;
  readonly pc: number;
}

export interface Breach extends Point {
  readonly fault: Fault;
  readonly where: string;
  /** Whether it needed another start. */
  readonly later: boolean;
}

export interface Result {
  readonly scenario: string;
  /** Executed instructions without a fault. */
  readonly path: number;
  readonly points: number;
  readonly faults: number;
  readonly skips: number;
  readonly zeros: number;
  /** How runs ended that were no breach: asleep, in a loop, in a good app, locked up. */
  readonly ends: Readonly<Record<string, number>>;
  readonly breaches: readonly Breach[];
}

/** Instructions that a run may take beyond the path without a fault. */
const PATIENCE = 60_000;
const MOST = 8_000_000;
/** Instructions between two kept states. */
const KEPT = 4096;

/** The path without a fault. */
export function tracePath({ machine, start, bootloader }: Scenario): number[] {
  machine.restore(start);
  const path: number[] = [];
  while (path.length < MOST) {
    const pc = machine.cpu.pc >>> 0;
    if (pc < bootloader.start || pc >= bootloader.end) return path;
    path.push(pc);
    if (machine.step().reason !== 'instructions' || machine.cpu.isSleeping) return path;
  }
  throw new Error('the path has no end');
}

/** Of each instruction its first and last `each` turns, in order of time; all turns where it has no more. */
export function choosePoints(path: readonly number[], each: number): Point[] {
  const turns = new Map<number, number[]>();
  path.forEach((pc, at) => {
    const known = turns.get(pc);
    if (known) known.push(at);
    else turns.set(pc, [at]);
  });
  const chosen = [...turns].flatMap(([pc, all]) => {
    const some = all.length <= 2 * each ? all : [...all.slice(0, each), ...all.slice(-each)];
    return some.map((at) => ({ at, pc }));
  });
  return chosen.sort((a, b) => a.at - b.at);
}

/** The board's flash as it is after the path without a fault. */
function flashAfter({ machine, start }: Scenario, path: readonly number[]): Buffer {
  machine.restore(start);
  machine.run({ maxInstructions: path.length });
  return Buffer.from(machine.flashMemory);
}

/** Does every fault at each of the points, which are in order of time. */
export function runCampaign(scenario: Scenario, path: readonly number[], points: readonly Point[]): Result {
  const { machine, start } = scenario;
  const usual = flashAfter(scenario, path);
  const ends: Record<string, number> = {};
  const breaches: Breach[] = [];
  let [faults, skips, now] = [0, 0, 0];
  let kept = start;
  for (const point of points) {
    machine.restore(kept);
    while (point.at - now > KEPT) {
      machine.run({ maxInstructions: KEPT });
      now += KEPT;
      kept = machine.snapshot();
    }
    if (point.at > now) machine.run({ maxInstructions: point.at - now });
    const before = machine.snapshot();
    [kept, now] = [before, point.at];
    for (const fault of faultsAt(machine, point.pc)) {
      machine.restore(before);
      inject(machine, fault);
      faults++;
      if (fault.kind === 'skip') skips++;
      const end = finish(scenario, path.length - point.at + PATIENCE, usual);
      ends[end] = (ends[end] ?? 0) + 1;
      if (end.startsWith('breach'))
        breaches.push({ ...point, fault, where: whereOf(scenario, point.pc), later: end !== 'breach' });
    }
  }
  const { name } = scenario;
  return {
    scenario: name,
    path: path.length,
    points: points.length,
    faults,
    skips,
    zeros: faults - skips,
    ends,
    breaches,
  };
}

/** Runs to the end; where flash is not as usual then, and an update may be under way, once more after that. */
function finish(scenario: Scenario, most: number, usual: Buffer): string {
  const first = runToEnd(scenario, most);
  if (first === 'breach' || !scenario.hasUpdate || usual.equals(scenario.machine.flashMemory)) return first;
  return restarts(scenario) && runToEnd(scenario, MOST) === 'breach' ? 'breach after a restart' : first;
}

/** Not where the fault has led to a bootloader that is erased: the chip cannot even enter its fault handler. */
function restarts({ restart }: Scenario): boolean {
  try {
    restart();
    return true;
  } catch (error) {
    if (error instanceof EmulationError) return false;
    throw error;
  }
}

function runToEnd({ machine, isBreach, bootloader }: Scenario, most: number): string {
  const { reason } = machine.run({ maxInstructions: most });
  const pc = machine.cpu.pc >>> 0;
  if (isBreach(pc)) return 'breach';
  if (pc < bootloader.start || pc >= bootloader.end) return reason === 'lockup' || reason === 'error' ? reason : 'app';
  return reason === 'instructions' ? 'loop' : reason;
}

export function whereOf({ symbols }: Scenario, pc: number): string {
  const found = symbols.find(({ address, size }) => pc >= address && pc < address + size);
  return found ? `${found.name}+${pc - found.address}` : `0x${pc.toString(16)}`;
}
