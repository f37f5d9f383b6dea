/** SHA-512 in V8 and as machine code: an example of FIPS 180-4, NIST's set of messages, and Node's crypto as referee. */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { Random } from '@kickstage/codegen/testing/random';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Code, compileCode, type Runner } from './code.ts';
import { randomBytes } from './random-bytes.ts';

const ENTRY = `export { sha512Start, sha512Update, sha512Finish } from 'kickstage/firmware/crypto/sha512';`;
const [CONTEXT, DIGEST, MESSAGE] = [{ at: 0 }, { at: 0xc00 }, 0x1000];

/** NIST's byte-oriented messages of 2003 with all their hashes; from the package hash-test-vectors (MIT). */
const NIST = createRequire(import.meta.url)('hash-test-vectors') as { input: string; sha512: string }[];

let code: Code;

beforeAll(async () => {
  code = await compileCode(ENTRY);
});

/** `parts` are the sizes that the message is given in; the rest comes at last. */
function hash(runner: Runner, message: Uint8Array, parts: readonly number[] = [], at = MESSAGE): string {
  runner.write(at, message);
  runner.call('sha512Start', CONTEXT);
  let done = 0;
  for (const size of [...parts, message.length]) {
    const next = Math.min(size, message.length - done);
    runner.call('sha512Update', CONTEXT, { at: at + done }, next);
    done += next;
  }
  runner.call('sha512Finish', CONTEXT, DIGEST);
  return Buffer.from(runner.read(DIGEST.at, 64)).toString('hex');
}

const referee = (message: Uint8Array) => createHash('sha512').update(message).digest('hex');

describe.each(['wasm', 'machine'] as const)('%s', (kind) => {
  test('FIPS 180-4: "abc"', () => {
    expect(hash(code[kind], new TextEncoder().encode('abc'))).toBe(
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    );
  });

  test("NIST's messages", () => {
    const some = kind === 'wasm' ? NIST : NIST.filter((_, i) => i % 10 === 0);
    for (const { input, sha512 } of some) expect(hash(code[kind], Buffer.from(input, 'base64'))).toBe(sha512);
  });

  test('every length about two blocks', () => {
    const random = new Random(1);
    for (let size = 0; size <= 260; size += kind === 'wasm' ? 1 : 9) {
      const message = randomBytes(random, size);
      expect(hash(code[kind], message), `${size} bytes`).toBe(referee(message));
    }
  });

  test('in parts, at any alignment', () => {
    const random = new Random(2);
    for (let turn = 0; turn < (kind === 'wasm' ? 300 : 20); turn++) {
      const message = randomBytes(random, random.below(800));
      const parts = Array.from({ length: random.below(6) }, () => random.below(300));
      const got = hash(code[kind], message, parts, MESSAGE + random.below(4));
      expect(got, `turn ${turn}: ${parts.join(', ')} of ${message.length}`).toBe(referee(message));
    }
  });
});
