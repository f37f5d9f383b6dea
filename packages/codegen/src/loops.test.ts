/** Random loops over arrays: machine code, with the loops written in whichever way is cheapest, against V8. */
import { Machine } from '@kickstage/emulator/machine';
import { expect, test } from 'vitest';
import { Random } from './testing/random.ts';
import { ARRAYS, LoopWriter, MOST_TURNS } from './testing/random-loops.ts';
import { TARGET_PARTS, Target } from './testing/target.ts';
import { assembleWat, V8Instance } from './testing/v8-harness.ts';

const FIRST = Number(process.env.KICKSTAGE_SEED ?? 1);
const COUNT = Number(process.env.KICKSTAGE_COUNT ?? 20);
const FUNCTIONS = 4;
const CALLS = 4;

test(`${COUNT} modules of random loops from seed ${FIRST}`, { timeout: 3_600_000 }, () => {
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const difference = compareLoops(seed);
    if (difference) expect.fail(`seed ${seed}: ${difference}`);
  }
});

function compareLoops(seed: number): string | undefined {
  const random = new Random(seed);
  const wasm = assembleWat(new LoopWriter(random).module(FUNCTIONS));
  const engine = new V8Instance(wasm);
  const machine = new Target(wasm, 2, new Machine(TARGET_PARTS));
  for (let at = 0; at < 0x8000; at++) engine.memory[at] = machine.memory[at] = random.word();
  for (let call = 0; call < FUNCTIONS * CALLS; call++) {
    const name = `f${call % FUNCTIONS}`;
    const count = () => (random.chance(40) ? random.below(3) : random.below(MOST_TURNS + 1));
    const args = [...ARRAYS, count(), count(), random.word() | 0];
    const where = `${name}(${args.join(', ')})`;
    const wanted = engine.run({ name, args });
    const got = machine.run({ name, args }, 'i32');
    const [a, b] = [JSON.stringify(wanted), JSON.stringify(got)];
    if (a !== b) return `${where}: V8 ${a}, got ${b}`;
    const differs = engine.memory.findIndex((byte, i) => byte !== machine.memory[i]);
    if (differs >= 0) return `${where}: byte ${differs} is ${engine.memory[differs]} in V8, ${machine.memory[differs]} on the machine`; // biome-ignore format: one line
  }
  return undefined;
}
