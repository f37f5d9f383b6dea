/**
 * Random modules with sandboxed memory against V8: what they give, how they trap, what they leave in memory and in which
 * order they call their imports. KICKSTAGE_SEED and KICKSTAGE_COUNT choose others.
 */

import { Random } from '@kickstage/codegen/testing/random';
import { randomModule } from '@kickstage/codegen/testing/random-wat';
import { expect, test } from 'vitest';
import { caseCount } from '../../../../tools/thorough.ts';
import { BesideV8, type Imports } from './testing/beside-v8.ts';

const FIRST = Number(process.env.KICKSTAGE_SEED ?? 1);
const COUNT = caseCount(200);
const ARGUMENTS = [0, 1, 2, 31, 100, 65535, 0x7fff_ffff, -0x8000_0000, -1, -100];

const IMPORTS: Imports = {
  functions: {
    'mmio.ld32': ([address], memory) => memory().getInt32(Number(address), true),
    'mmio.st32': ([address, value], memory) => void memory().setInt32(Number(address), Number(value), true),
    'mmio.st8': ([address, value], memory) => void memory().setInt8(Number(address), Number(value)),
  },
};

function run(seed: number): void {
  const { wat, functions } = randomModule(seed);
  // The optimiser is on in most; the verifiers take most of the time.
  const both = new BesideV8(wat, IMPORTS, { level: seed % 4 === 0 ? 0 : 2, verify: seed % 8 < 2 });
  const random = new Random(seed);
  const argument = (type: 'i32' | 'i64'): string => {
    const number = random.chance(70) ? random.pick(ARGUMENTS) : random.word() | 0;
    return `${type}:${type === 'i32' || random.chance(50) ? number : BigInt.asIntN(64, BigInt(number) * 0x1_0000_0001n)}`;
  };
  for (let turn = 0; turn < 3; turn++)
    for (const { name, params } of functions) both.call(name, ...params.map(argument));
}

test(`${COUNT} random modules from seed ${FIRST}`, { timeout: 3_600_000 }, () => {
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    try {
      run(seed);
    } catch (error) {
      expect.fail(`seed ${seed}: ${(error as Error).message}`);
    }
  }
});
