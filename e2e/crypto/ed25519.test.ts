/**
 * Ed25519 in V8 and as machine code: RFC 8032, Wycheproof, edge cases of encodings, and random signatures, whole and
 * damaged, with Node's crypto and @noble/curves as referees.
 */
import { SIGNATURE_BAD_KEY, SIGNATURE_MALFORMED, SIGNATURE_VALID, SIGNATURE_WRONG } from '@kickstage/abi/signature';
import { Random } from '@kickstage/codegen/testing/random';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Code, compileCode } from './code.ts';
import { check, ENTRY, nobleSays, nodeSays, randomCase, SCRATCH, SIGNATURE, signedCase } from './ed25519-code.ts';
import { readWycheproof } from './vectors.ts';

const COUNT = 300;
const VECTORS = readWycheproof('wycheproof-ed25519.tsv').filter(({ signature }) => signature.length === 64);
const P = 2n ** 255n - 19n;
const bytesOf = (number: bigint) => Uint8Array.from({ length: 32 }, (_, i) => Number((number >> BigInt(8 * i)) & 255n));

let code: Code;

beforeAll(async () => {
  code = await compileCode(ENTRY);
});

test(`Wycheproof: ${VECTORS.length} cases, those of RFC 8032 among them`, () => {
  expect(VECTORS.filter(({ title }) => /draft-josefsson/.test(title)).length).toBeGreaterThanOrEqual(3);
  for (const vector of VECTORS) {
    expect(check(code.wasm, vector) === SIGNATURE_VALID, vector.title).toBe(vector.valid);
  }
});

test('Wycheproof, a sample as machine code', () => {
  const some = VECTORS.filter(({ title }) => /draft-josefsson|^(63|64|70|97|128) /.test(title));
  expect(some.length).toBeGreaterThan(6);
  for (const vector of some) {
    expect(check(code.machine, vector) === SIGNATURE_VALID, vector.title).toBe(vector.valid);
  }
});

test('machine code leaves its scratch memory as V8 does', () => {
  const one = signedCase(new Uint8Array(32).fill(7), new Uint8Array(32).fill(9));
  const [a, b] = [code.wasm, code.machine].map((runner) => {
    runner.write(SCRATCH.at, new Uint8Array(3200));
    expect(check(runner, one)).toBe(SIGNATURE_VALID);
    // Behind the addresses.
    return runner.read(SCRATCH.at + 64, 3136);
  });
  expect(a.findIndex((byte, i) => byte !== b[i])).toBe(-1);
});

describe('strictness', () => {
  const one = signedCase(new Uint8Array(32).fill(1), Uint8Array.of(1, 2, 3));
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const withS = (s: bigint) => ({ ...one, signature: Uint8Array.of(...one.signature.subarray(0, 32), ...bytesOf(s)) });
  const withKey = (key: Uint8Array) => check(code.wasm, { ...one, key });

  test.each([
    ['S = L', L],
    ['S = L + 1', L + 1n],
    ['S = 2^256 - 1', 2n ** 256n - 1n],
  ])('%s is malformed', (_, s) => {
    expect(check(code.wasm, withS(s))).toBe(SIGNATURE_MALFORMED);
  });

  test('S = 0 and S = L - 1 are merely wrong', () => {
    for (const s of [0n, L - 1n]) expect(check(code.wasm, withS(s))).toBe(SIGNATURE_WRONG);
  });

  test.each([
    ['y = p, which is 0', bytesOf(P)],
    ['y = p + 1, which is 1', bytesOf(P + 1n)],
    ['y = 2^255 - 1', bytesOf(2n ** 255n - 1n)],
    ['x = 0 with a sign', bytesOf(1n + 2n ** 255n)],
    ['x = 0 with a sign, y = -1', bytesOf(P - 1n + 2n ** 255n)],
    ['y = 2, of no point', bytesOf(2n)],
  ])('a key with %s is a bad one', (_, key) => {
    expect(withKey(key)).toBe(SIGNATURE_BAD_KEY);
  });

  test('keys of small order are points', () => {
    for (const y of [0n, 1n, P - 1n]) expect(withKey(bytesOf(y))).toBe(SIGNATURE_WRONG);
  });

  test('no cofactor: R that is off by a point of order 2 is refused', () => {
    // With S = 0 and the neutral element for a key, R must be the neutral element itself.
    const signature = (y: bigint) => ({
      key: bytesOf(1n),
      message: one.message,
      signature: Uint8Array.of(...bytesOf(y), ...bytesOf(0n)),
    });
    expect(check(code.wasm, signature(1n))).toBe(SIGNATURE_VALID);
    expect(check(code.wasm, signature(P - 1n))).toBe(SIGNATURE_WRONG);
  });
});

test('the last step once more', () => {
  const { wasm } = code;
  const one = signedCase(new Uint8Array(32).fill(3), Uint8Array.of(5));
  expect(check(wasm, one)).toBe(SIGNATURE_VALID);
  expect(wasm.call('ed25519Confirm', SIGNATURE, SCRATCH)).toBe(SIGNATURE_VALID);
  for (let i = 0; i < 32; i++) {
    const damaged = one.signature.slice();
    damaged[i] ^= 0x80 >> (i & 7);
    wasm.write(SIGNATURE.at, damaged);
    expect(wasm.call('ed25519Confirm', SIGNATURE, SCRATCH)).toBe(SIGNATURE_WRONG);
  }
});

test(`${COUNT} random cases as Node and noble judge them`, () => {
  const random = new Random(25519);
  let valid = 0;
  for (let turn = 0; turn < COUNT; turn++) {
    const one = randomCase(random);
    const got = check(code.wasm, one) === SIGNATURE_VALID;
    expect(got, `turn ${turn}`).toBe(nodeSays(one));
    // It is slower than all the others together.
    if (turn % 4 === 0) expect(got, `turn ${turn}`).toBe(nobleSays(one));
    if (got) valid++;
  }
  expect(valid).toBeGreaterThan(COUNT / 10);
  expect(valid).toBeLessThan(COUNT / 2);
});
