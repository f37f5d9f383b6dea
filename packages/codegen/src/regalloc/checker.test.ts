/**
 * The judge of register allocation is shown faults and must find them: every single change of an operand, a register, a
 * slot, a move and so on in the allocations of real functions. What it lets pass is run on the emulator against the good
 * code: it must do the same. The counts are printed.
 */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { FAULT_KINDS, type Fault, plantFaults } from '../../../../tools/plant-faults.ts';
import { ObjectRunner } from '../../../../tools/run-object.ts';
import { buildObject } from '../emit/build-object.ts';
import { emitFunction } from '../emit/emit-function.ts';
import { lowerToIr } from '../frontend/lower.ts';
import { isSingle } from '../isel/mir.ts';
import { selectFunction } from '../isel/select.ts';
import { optimize } from '../passes/pipeline.ts';
import type { FloatMode } from '../runtime/float/calls.ts';
import { Random } from '../testing/random.ts';
import { assembleWat } from '../testing/v8-harness.ts';
import { allocate } from './allocate.ts';
import { checkAllocation } from './checker.ts';
import { beforeAllocation, stepsOf } from './checker-steps.ts';

/** Faults of one kind that are planted in one function; the long campaign plants all. */
const MOST = Number(process.env.KICKSTAGE_FAULTS ?? 60);
const SEED = 20_26;
const SAMPLES = [
  ['samples', 'soft'],
  ['float-samples', 'fpu'],
] as const;
/** Bytes of memory that the samples use. */
const MEMORY = 256;
const EDGES = [0, 1, 2, 3, 5, 31, 32, 100, 0x7fff_ffff, -0x8000_0000, -1, -2];

function compileSamples(name: string, floats: FloatMode) {
  const source = readFileSync(new URL(`../../fixtures/regalloc/${name}.wat`, import.meta.url), 'utf8');
  const { value: module } = lowerToIr({ name, wasm: assembleWat(source) });
  optimize(module!, { level: 2, verify: true, floats });
  const parts = module!.functions.map((func) => {
    const machine = selectFunction(func, module!);
    const before = beforeAllocation(machine);
    const allocation = allocate(machine);
    return { title: `${name}: ${func.name}`, func, before, machine, allocation, ...emitFunction(machine, allocation) };
  });
  return { module: module!, parts };
}

const samples = SAMPLES.map(([name, floats]) => compileSamples(name, floats));
const parts = samples.flatMap((sample) => sample.parts);
type Part = (typeof parts)[number];

function inputs(): number[][] {
  const random = new Random(SEED);
  const word = () => (random.chance(50) ? random.pick(EDGES) : random.word() | 0);
  return Array.from({ length: 20 }, () => [word(), word(), word(), word()]);
}

const INPUTS = inputs();
const runner = new ObjectRunner();

/** What the callers of a part see, with `code` in its place. */
function behaviour(part: Part, code: Pick<Part, 'machine' | 'section' | 'frame'>): string[] {
  const { module, parts } = samples.find((sample) => sample.parts.includes(part))!;
  const changed = parts.map((other) => (other === part ? { ...other, ...code } : other));
  runner.load(buildObject(module, changed).object);
  return INPUTS.map((args) => runner.run(part.func.name, args, MEMORY));
}

interface Count {
  planted: number;
  rejected: number;
  /** Let pass, and nobody can tell the difference. */
  same: number;
  /** Let pass, but not encodable. */
  refused: number;
}

const WIDTH = 32;
const KEYS = ['planted', 'rejected', 'same', 'refused'] as const;
const HEADS: Readonly<Record<keyof Count, string>> = {
  planted: 'planted',
  rejected: 'rejected',
  same: 'passed, same',
  refused: 'not encodable',
};

const counts = new Map<string, Count>(
  FAULT_KINDS.map((kind) => [kind, { planted: 0, rejected: 0, same: 0, refused: 0 }]),
);

function isRejected({ before }: Part, { func, allocation }: Fault): boolean {
  try {
    checkAllocation(before, func, allocation);
    return false;
  } catch {
    return true;
  }
}

/** Runs what was let pass; says so if it does something else. */
function judgeAccepted(part: Part, good: readonly string[], fault: Fault, count: Count): string | undefined {
  let emitted: ReturnType<typeof emitFunction>;
  try {
    emitted = emitFunction(fault.func, fault.allocation);
  } catch {
    count.refused++;
    return undefined;
  }
  const bad = behaviour(part, { machine: fault.func, ...emitted });
  const i = good.findIndex((outcome, k) => outcome !== bad[k]);
  if (i >= 0) return `${fault.kind}: ${fault.text}: (${INPUTS[i].join(', ')}) gave ${good[i]}, now ${bad[i]}`;
  count.same++;
  return undefined;
}

/** At most MOST of each kind, spread evenly. There are too many to keep them all: they are counted first. */
function* chosen(part: Part): Generator<Fault> {
  const good = { func: part.machine, allocation: part.allocation };
  const totals = new Map<string, number>();
  for (const { kind } of plantFaults(good)) totals.set(kind, (totals.get(kind) ?? 0) + 1);
  const seen = new Map<string, number>();
  for (const fault of plantFaults(good)) {
    const i = seen.get(fault.kind) ?? 0;
    seen.set(fault.kind, i + 1);
    const step = Math.max(1, totals.get(fault.kind)! / MOST);
    if (Math.floor(Math.ceil(i / step) * step) === i) yield fault;
  }
}

const stepsIn = ({ before, machine }: Part) => stepsOf(before, machine).flat();

describe.each(parts.map((part) => [part.title, part] as const))('%s', (_, part) => {
  test('the good allocation passes', () => {
    checkAllocation(part.before, part.machine, part.allocation);
  });

  test('every fault that changes what it does is rejected', () => {
    const good = behaviour(part, part);
    const missed: string[] = [];
    for (const fault of chosen(part)) {
      const count = counts.get(fault.kind)!;
      count.planted++;
      if (isRejected(part, fault)) count.rejected++;
      else {
        const difference = judgeAccepted(part, good, fault, count);
        if (difference !== undefined) missed.push(difference);
      }
    }
    expect(missed).toEqual([]);
  });
});

test('the samples have what faults need', () => {
  const ops = new Set(parts.flatMap(({ machine }) => machine.blocks.flatMap(({ insts }) => insts.map(({ op }) => op))));
  for (const op of ['copy', 'spill', 'reload', 'bl', 'select', 'umull', 'ldrd', 'switch', 'udiv'] as const) {
    expect(ops).toContain(op);
  }
  const all = parts.flatMap(({ machine }) => machine.blocks.flatMap(({ insts }) => insts));
  expect(all.some(({ predicated }) => predicated)).toBe(true);
  const singles = parts.flatMap(({ machine }) =>
    machine.blocks.flatMap(({ insts }) => insts.filter(({ defs, uses }) => [...defs, ...uses].some(isSingle))),
  );
  const ofSingles = new Set(singles.map(({ op }) => op));
  for (const op of ['copy', 'spill', 'reload', 'select', 'const', 'vmla', 'vcmp', 'vldr', 'vstr', 'vcvtToS'] as const) {
    expect(ofSingles).toContain(op);
  }
  expect(new Set(parts.flatMap((part) => stepsIn(part).map(({ kind }) => kind)))).toEqual(
    new Set(['same', 'spill', 'reload', 'made-again']),
  );
});

test('every kind of fault was planted and found', () => {
  for (const [kind, { planted, rejected }] of counts) {
    expect([kind, planted > 0]).toEqual([kind, true]);
    expect([kind, rejected > 0]).toEqual([kind, true]);
  }
});

afterAll(() => {
  const all = { planted: 0, rejected: 0, same: 0, refused: 0 };
  for (const count of counts.values()) for (const key of KEYS) all[key] += count[key];
  const head = [''.padEnd(WIDTH), ...KEYS.map((key) => HEADS[key].padStart(16))].join('');
  const lines = [...counts, ['all', all] as const].map(([kind, count]) =>
    [kind.padEnd(WIDTH), ...KEYS.map((key) => String(count[key]).padStart(16))].join(''),
  );
  console.info([head, ...lines].join('\n'));
});
