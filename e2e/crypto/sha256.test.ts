/** SHA-256 in V8 and as machine code: examples of FIPS 180-4, NIST's set of messages, and Node's crypto as referee. */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { Random } from '@kickstage/codegen/testing/random';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Code, compileCode, type Runner } from './code.ts';
import { randomBytes } from './random-bytes.ts';

const ENTRY = `export { sha256Start, sha256Update, sha256Finish } from 'kickstage/firmware/crypto/sha256';`;
const [CONTEXT, DIGEST, MESSAGE] = [{ at: 0 }, { at: 0x200 }, 0x1000];

/** NIST's byte-oriented messages of 2003 with all their hashes; from the package hash-test-vectors (MIT). */
const NIST = createRequire(import.meta.url)('hash-test-vectors') as { input: string; sha256: string }[];

/** FIPS 180-4 with its examples of the NIST web site: "SHA256.pdf" of Examples with Intermediate Values. */
const EXAMPLES = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
] as const;

let code: Code;

beforeAll(async () => {
  code = await compileCode(ENTRY);
});

/** `parts` are the sizes that the message is given in; the rest comes at last. */
function hash(runner: Runner, message: Uint8Array, parts: readonly number[] = [], at = MESSAGE): string {
  runner.write(at, message);
  runner.call('sha256Start', CONTEXT);
  let done = 0;
  for (const size of [...parts, message.length]) {
    const next = Math.min(size, message.length - done);
    runner.call('sha256Update', CONTEXT, { at: at + done }, next);
    done += next;
  }
  runner.call('sha256Finish', CONTEXT, DIGEST);
  return Buffer.from(runner.read(DIGEST.at, 32)).toString('hex');
}

const referee = (message: Uint8Array) => createHash('sha256').update(message).digest('hex');

describe.each(['wasm', 'machine'] as const)('%s', (kind) => {
  test.each(EXAMPLES)('FIPS 180-4: "%s"', (text, wanted) => {
    expect(hash(code[kind], new TextEncoder().encode(text))).toBe(wanted);
  });

  test("NIST's messages", () => {
    const some = kind === 'wasm' ? NIST : NIST.filter((_, i) => i % 8 === 0);
    expect(some.length).toBeGreaterThan(20);
    for (const { input, sha256 } of some) {
      expect(hash(code[kind], Buffer.from(input, 'base64'))).toBe(sha256);
    }
  });

  test('every length about two blocks', () => {
    const random = new Random(1);
    for (let size = 0; size <= 130; size += kind === 'wasm' ? 1 : 5) {
      const message = randomBytes(random, size);
      expect(hash(code[kind], message), `${size} bytes`).toBe(referee(message));
    }
  });

  test('in parts, at any alignment', () => {
    const random = new Random(2);
    for (let turn = 0; turn < (kind === 'wasm' ? 300 : 20); turn++) {
      const message = randomBytes(random, random.below(400));
      const parts = Array.from({ length: random.below(6) }, () => random.below(150));
      const got = hash(code[kind], message, parts, MESSAGE + random.below(4));
      expect(got, `turn ${turn}: ${parts.join(', ')} of ${message.length}`).toBe(referee(message));
    }
  });
});

test('a million times "a", in parts', () => {
  const { wasm } = code;
  wasm.write(MESSAGE, new Uint8Array(1000).fill(0x61));
  wasm.call('sha256Start', CONTEXT);
  for (let i = 0; i < 1000; i++) wasm.call('sha256Update', CONTEXT, { at: MESSAGE }, 1000);
  wasm.call('sha256Finish', CONTEXT, DIGEST);
  expect(Buffer.from(wasm.read(DIGEST.at, 32)).toString('hex')).toBe(
    'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
  );
});
