/** P-256 in V8 against Node's crypto and @noble/curves, more of it; KICKSTAGE_SEED and KICKSTAGE_COUNT say what. */
import { SIGNATURE_VALID } from '@kickstage/abi/signature';
import { Random } from '@kickstage/codegen/testing/random';
import { expect, test } from 'vitest';
import { compileCode } from './code.ts';
import { check, derOf, ENTRY, nobleSays, nodeSays, randomCase } from './p256-code.ts';

const SEED = Number(process.env.KICKSTAGE_SEED ?? 1);
const COUNT = Number(process.env.KICKSTAGE_COUNT ?? 10_000);
const ON_MACHINE = 50;

test(`${COUNT} random cases from seed ${SEED}`, async () => {
  const code = await compileCode(ENTRY);
  const random = new Random(SEED);
  let valid = 0;
  for (let turn = 0; turn < COUNT; turn++) {
    const one = randomCase(random);
    const status = check(code.wasm, one, 'raw');
    const got = status === SIGNATURE_VALID;
    expect([got, got], `turn ${turn}`).toEqual([nodeSays(one), nobleSays(one)]);
    expect(check(code.wasm, { ...one, signature: derOf(one.signature) }, 'der'), `turn ${turn}`).toBe(status);
    if (turn % Math.ceil(COUNT / ON_MACHINE) === 0)
      expect(check(code.machine, one, 'raw'), `turn ${turn}`).toBe(status);
    if (got) valid++;
  }
  expect(valid).toBeGreaterThan(COUNT / 5);
});
