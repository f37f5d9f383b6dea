/**
 * ECDSA on P-256 in V8 and as machine code: NIST's validation program, Wycheproof in both encodings, edge cases, and
 * random signatures, whole and damaged, with Node's crypto and @noble/curves as referees.
 */

import { SIGNATURE_BAD_KEY, SIGNATURE_MALFORMED, SIGNATURE_VALID, SIGNATURE_WRONG } from '@kickstage/abi/signature';
import { Random } from '@kickstage/codegen/testing/random';
import { p256 } from '@noble/curves/nist.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { caseCount } from '../../tools/thorough.ts';
import { type Code, compileCode } from './code.ts';
import {
  bytesOf,
  type Case,
  check,
  derOf,
  ENTRY,
  N,
  nobleSays,
  nodeSays,
  randomCase,
  SCRATCH,
  SIGNATURE,
  signedCase,
} from './p256-code.ts';
import { readNist, readWycheproof } from './vectors.ts';

const COUNT = caseCount(300);
const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const NIST = readNist('nist-p256.tsv');
const DER = readWycheproof('wycheproof-p256-der.tsv');
const RAW = readWycheproof('wycheproof-p256-raw.tsv').filter(({ signature }) => signature.length === 64);

let code: Code;

beforeAll(async () => {
  code = await compileCode(ENTRY);
});

test(`NIST, FIPS 186-4: ${NIST.length} cases`, () => {
  NIST.forEach((vector, i) => {
    expect(check(code.wasm, vector, 'raw') === SIGNATURE_VALID, vector.title).toBe(vector.valid);
    if (i % 4 === 3) expect(check(code.machine, vector, 'raw') === SIGNATURE_VALID, vector.title).toBe(vector.valid);
    expect(check(code.wasm, { ...vector, signature: derOf(vector.signature) }, 'der')).toBe(
      check(code.wasm, vector, 'raw'),
    );
  });
});

test.each([
  ['raw', RAW],
  ['der', DER],
] as const)('Wycheproof, %s', (form, vectors) => {
  expect(vectors.length).toBeGreaterThan(240);
  for (const vector of vectors) {
    expect(check(code.wasm, vector, form) === SIGNATURE_VALID, vector.title).toBe(vector.valid);
  }
});

test('Wycheproof, a sample as machine code', () => {
  const some = RAW.filter(({ title }) =>
    /point duplication|duplication bug|point at infinity|Shamir|^(1|90|120|160|200) /i.test(title),
  );
  expect(some.length).toBeGreaterThan(6);
  for (const vector of some) {
    expect(check(code.machine, vector, 'raw') === SIGNATURE_VALID, vector.title).toBe(vector.valid);
  }
  const malformed = DER.filter(({ valid }) => !valid).filter((_, i) => i % 20 === 0);
  for (const vector of malformed) expect(check(code.machine, vector, 'der'), vector.title).not.toBe(SIGNATURE_VALID);
});

test('keys that are small multiples of the base point: sums of equal and of opposite points on the way', () => {
  const secrets = [0n, 1n, 2n, 3n, 6n, 14n, N - 2n, N - 3n, N - 4n, N - 16n];
  for (const secret of secrets) {
    for (let i = 0; i < 12; i++) {
      const one = signedCase(secret, Uint8Array.of(i));
      expect(check(code.wasm, one, 'raw'), `${secret}`).toBe(SIGNATURE_VALID);
      expect(check(code.wasm, { ...one, message: Uint8Array.of(i, 1) }, 'raw'), `${secret}`).toBe(SIGNATURE_WRONG);
    }
  }
});

describe('sums chosen digit by digit, with a key that is minus the base point', () => {
  const { BASE, Fn } = p256.Point;
  const key = BASE.negate().toBytes(false).slice(1);
  /** The signature that is checked with u1 and u2, and its digest. */
  const status = (u1: bigint, u2: bigint) => {
    const point = BASE.multiplyUnsafe(Fn.create(u1 - u2));
    const r = point.is0() ? 1n : Fn.create(point.toAffine().x);
    const s = Fn.div(r, Fn.create(u2));
    const signature = Uint8Array.of(...bytesOf(r), ...bytesOf(s));
    return check(code.wasm, { key, message: new Uint8Array(0), signature }, 'raw', bytesOf(Fn.mul(Fn.create(u1), s)));
  };

  test.each([
    ['infinity on the way, then a positive digit', (5n << 200n) + (3n << 100n), (5n << 200n) + (1n << 50n)],
    ['infinity on the way, then a negative digit', (5n << 200n) - (3n << 100n), (5n << 200n) + (1n << 50n)],
    ['infinity on the way, then a negative digit of the other one', (7n << 90n) + 1n, (7n << 90n) - (15n << 20n)],
    ['equal points on the way', (3n << 100n) + (1n << 40n), (3n << 100n) + (1n << 60n) - (1n << 40n)],
    ['only one digit each', 1n, 2n],
    ['the largest numbers', N - 1n, N - 2n],
  ])('%s', (_, u1, u2) => {
    expect(status(u1, u2)).toBe(SIGNATURE_VALID);
  });

  test('infinity at the end is refused', () => {
    for (const u of [1n, 12345n << 60n, N - 1n]) expect(status(u, u)).toBe(SIGNATURE_WRONG);
  });
});

describe('strictness', () => {
  const one = signedCase(12345n, Uint8Array.of(1, 2, 3));
  const with_ = (r: bigint, s: bigint): Case => ({ ...one, signature: Uint8Array.of(...bytesOf(r), ...bytesOf(s)) });
  const withKey = (x: bigint, y: bigint) =>
    check(code.wasm, { ...one, key: Uint8Array.of(...bytesOf(x), ...bytesOf(y)) }, 'raw');

  test.each([
    ['r = 0', 0n, 1n],
    ['s = 0', 1n, 0n],
    ['r = n', N, 1n],
    ['s = n', 1n, N],
    ['r = 2^256 - 1', 2n ** 256n - 1n, 1n],
  ])('%s is malformed', (_, r, s) => {
    expect(check(code.wasm, with_(r, s), 'raw')).toBe(SIGNATURE_MALFORMED);
  });

  test('r = s = 1 and r = s = n - 1 are merely wrong', () => {
    for (const x of [1n, N - 1n]) expect(check(code.wasm, with_(x, x), 'raw')).toBe(SIGNATURE_WRONG);
  });

  test('keys that are no points of the curve', () => {
    const x = BigInt(`0x${Buffer.from(one.key.subarray(0, 32)).toString('hex')}`);
    const y = BigInt(`0x${Buffer.from(one.key.subarray(32)).toString('hex')}`);
    expect(withKey(x, P - y)).toBe(SIGNATURE_WRONG);
    for (const [a, b] of [
      [0n, 0n],
      [x, y ^ 1n],
      [y, x],
      [P, y],
      [x, P],
      [5n, P + 1n],
      [2n ** 256n - 1n, 2n ** 256n - 1n],
    ]) {
      expect(withKey(a, b)).toBe(SIGNATURE_BAD_KEY);
    }
  });

  test('a digest of zeros, and one above n', () => {
    const { wasm } = code;
    for (const digest of [new Uint8Array(32), new Uint8Array(32).fill(255)]) {
      expect(check(wasm, one, 'raw', digest)).toBe(SIGNATURE_WRONG);
    }
  });
});

describe('DER', () => {
  const one = signedCase(777n, Uint8Array.of(9));
  const der = derOf(one.signature);
  const status = (signature: Uint8Array) => check(code.wasm, { ...one, signature }, 'der');

  test('the right one', () => {
    expect(status(der)).toBe(SIGNATURE_VALID);
    expect(code.wasm.call('p256ConfirmDer', SCRATCH)).toBe(SIGNATURE_VALID);
  });

  test('cut at each length, and longer', () => {
    for (let size = 0; size < der.length; size++)
      expect(status(der.subarray(0, size)), `${size}`).toBe(SIGNATURE_MALFORMED);
    expect(status(Uint8Array.of(...der, 0))).toBe(SIGNATURE_MALFORMED);
  });

  test('each bit flipped', () => {
    for (let bit = 0; bit < 8 * der.length; bit++) {
      const damaged = der.slice();
      damaged[bit >> 3] ^= 1 << (bit & 7);
      expect([SIGNATURE_MALFORMED, SIGNATURE_WRONG], `bit ${bit}`).toContain(status(damaged));
    }
  });
});

test('the last step once more', () => {
  const { wasm } = code;
  const one = signedCase(99n, Uint8Array.of(5));
  expect(check(wasm, one, 'raw')).toBe(SIGNATURE_VALID);
  for (let turn = 0; turn < 3; turn++) expect(wasm.call('p256Confirm', SIGNATURE, SCRATCH)).toBe(SIGNATURE_VALID);
  for (let i = 0; i < 32; i++) {
    const damaged = one.signature.slice();
    damaged[i] ^= 0x80 >> (i & 7);
    wasm.write(SIGNATURE.at, damaged);
    expect(wasm.call('p256Confirm', SIGNATURE, SCRATCH)).toBe(SIGNATURE_WRONG);
  }
});

test(`${COUNT} random cases as Node and noble judge them`, () => {
  const random = new Random(256);
  let valid = 0;
  for (let turn = 0; turn < COUNT; turn++) {
    const one = randomCase(random);
    const got = check(code.wasm, one, 'raw') === SIGNATURE_VALID;
    expect(got, `turn ${turn}`).toBe(nodeSays(one));
    // It is slower than all the others together.
    if (turn % 4 === 0) expect(got, `turn ${turn}`).toBe(nobleSays(one));
    if (got) valid++;
  }
  expect(valid).toBeGreaterThan(COUNT / 5);
  expect(valid).toBeLessThan(COUNT / 2);
});
