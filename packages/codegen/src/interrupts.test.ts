/**
 * Memory that interrupts share, and intrinsics: random programs with handlers (testing/interrupt-wat.ts) on the emulator,
 * with exceptions as the processor takes them, and in V8 with a model of them. The log that main and handlers write
 * together tells in which order they ran.
 */
import { Machine } from '@kickstage/emulator/machine';
import { expect, test } from 'vitest';
import { InterruptModel, PRIORITY } from './testing/interrupt-model.ts';
import { interruptModule, OBJECTS } from './testing/interrupt-wat.ts';
import { Random } from './testing/random.ts';
import { TARGET_PARTS, Target } from './testing/target.ts';
import { DEVICE, TracedDevice } from './testing/traced-device.ts';
import { assembleWat } from './testing/v8-harness.ts';

const FIRST = Number(process.env.KICKSTAGE_SEED ?? 1);
const COUNT = Number(process.env.KICKSTAGE_COUNT ?? 20);
const LEVELS = [0, 1, 2] as const;
const CALLS = 3;
/** System handler priority registers 2 and 3 (DDI 0403E B3.2.11, B3.2.12). */
const SHPR2 = 0xe000_ed1c;
const SHPR3 = 0xe000_ed20;

const DATA = OBJECTS.map(({ name, size }) => ({
  name,
  bytes: new Uint8Array(size),
  alignment: 4,
  immutable: false,
  relocations: [],
}));

interface Board {
  readonly target: Target;
  readonly device: TracedDevice;
}

function board(wasm: Uint8Array, level: 0 | 1 | 2): Board {
  const PENDSV = 14;
  const device = new TracedDevice(() => machine.system.pend(PENDSV));
  const machine: Machine = new Machine(TARGET_PARTS, () => [{ ...DEVICE, peripheral: device }]);
  const target = new Target(wasm, level, machine, 'soft', DATA);
  target.handle(11, 'SVC_Handler');
  target.handle(PENDSV, 'PendSV_Handler');
  machine.bus.write32(SHPR2, (PRIORITY.svc << 24) >>> 0);
  machine.bus.write32(SHPR3, PRIORITY.pendSv << 16);
  return { target, device };
}

/** What differs, and how many exceptions there were. */
function compare(seed: number, level: 0 | 1 | 2): { problem: string | undefined; taken: number } {
  const wasm = assembleWat(interruptModule(seed));
  const model = new InterruptModel(wasm);
  const { target: machine, device } = board(wasm, level);
  const random = new Random(seed);
  for (let i = 0; i < CALLS; i++) {
    const args = [random.word() | 0, random.below(100)];
    for (const each of [model.device, device]) each.budget = 6;
    const wanted = model.main(args[0], args[1]);
    const got = machine.run({ name: 'main', args }, 'i32');
    const where = `main(${args.join(', ')})`;
    const result = 'results' in got ? got.results[0] : got.trap;
    if (result !== wanted) return { problem: `${where}: V8 ${wanted}, the machine ${result}`, taken: model.taken };
    for (const object of OBJECTS) {
      const [theirs, ours] = [model.bytesOf(object), machine.bytesOf(object.name, object.size)];
      const at = theirs.findIndex((byte, k) => byte !== ours[k]);
      if (at < 0) continue;
      const problem = `${where}: byte ${at} of ${object.name} is ${theirs[at]}, on the machine ${ours[at]}`;
      return { problem, taken: model.taken };
    }
  }
  return { problem: undefined, taken: model.taken };
}

test(`${COUNT} programs with handlers from seed ${FIRST}`, { timeout: 3_600_000 }, () => {
  let taken = 0;
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    for (const level of LEVELS) {
      const result = compare(seed, level);
      taken += result.taken;
      if (result.problem) expect.fail(`seed ${seed}, level ${level}: ${result.problem}`);
    }
  }
  expect(taken).toBeGreaterThan(COUNT);
});
