/**
 * Bytes and executed instructions of hashes and signature checks: the machine code on the emulator, with fixed keys,
 * messages and signatures, so that the same code gives the same counts.
 */
import { SIGNATURE_VALID } from '@kickstage/abi/signature';
import { type Argument, type Code, compileCode } from '../../e2e/crypto/code.ts';
import { signedCase } from '../../e2e/crypto/ed25519-code.ts';
import { digestOf } from '../../e2e/crypto/p256-code.ts';
import { readNist } from '../../e2e/crypto/vectors.ts';

/** Bytes of the image that is hashed. */
export const IMAGE_SIZE = 65_536;
const [CONTEXT, DIGEST, KEY, SIGNATURE, SCRATCH] = [0, 0xe00, 0xe40, 0xe80, 0x1000].map((at) => ({ at }));

export interface Measured {
  /** Code and tables, linked alone. */
  readonly bytes: number;
  readonly instructions: number;
  /** Bytes of stack. */
  readonly stack: number;
  /** Bytes of RAM that the caller lends. */
  readonly scratch: number;
}

export type Costs = Readonly<Record<string, Measured>>;

/** What is linked: functions to call, and one that gives the bytes of RAM they want. */
const entry = (functions: string, file: string, scratch: string) => `
export { ${functions} } from 'kickstage/firmware/crypto/${file}';
import { ${scratch} } from 'kickstage/firmware/crypto/${file}';
`;
const scratchOf = (name: string) => `export function scratch(): usize { return ${name}; }`;
const SHA256 = entry('sha256Start, sha256Update, sha256Finish', 'sha256', 'SHA256_CONTEXT');
const SHA512 = entry('sha512Start, sha512Update, sha512Finish', 'sha512', 'SHA512_CONTEXT');
const ED25519 = entry('ed25519Verify', 'ed25519', 'ED25519_SCRATCH');
const P256 = entry('p256Verify', 'p256', 'P256_SCRATCH');

function costsOf(code: Code, work: Work): Measured {
  const { sizes, wasm } = code;
  const linked = [...sizes].filter(([name]) => name !== '.text.scratch');
  return { bytes: linked.reduce((total, [, size]) => total + size, 0), ...work, scratch: wasm.call('scratch') };
}

type Work = Pick<Measured, 'instructions' | 'stack'>;

/** A hash of the image, in one piece. */
function hash({ machine }: Code, name: string): Work {
  const image = Uint8Array.from({ length: IMAGE_SIZE }, (_, i) => (i * 151) >> 3);
  const at = machine.loadFlash(image);
  let instructions = 0;
  let stack = 0;
  const call = (...[step, ...args]: Parameters<typeof machine.call>) => {
    machine.call(step, ...args);
    instructions += machine.instructions;
    stack = Math.max(stack, machine.stack);
  };
  call(`${name}Start`, CONTEXT);
  call(`${name}Update`, CONTEXT, at, IMAGE_SIZE);
  call(`${name}Finish`, CONTEXT, DIGEST);
  return { instructions, stack };
}

function check({ machine }: Code, name: string, ...args: Argument[]): Work {
  const status = machine.call(name, ...args);
  if (status !== SIGNATURE_VALID) throw new Error(`${name} gives 0x${status.toString(16)}`);
  const { instructions, stack } = machine;
  return { instructions, stack };
}

function checkEd25519(code: Code) {
  const one = signedCase(new Uint8Array(32).fill(0x42), new Uint8Array(32).fill(0x24));
  code.machine.write(KEY.at, one.key);
  code.machine.write(SIGNATURE.at, one.signature);
  code.machine.write(DIGEST.at, one.message);
  return check(code, 'ed25519Verify', KEY, DIGEST, 32, SIGNATURE, SCRATCH);
}

function checkP256(code: Code) {
  const one = readNist('nist-p256.tsv').find(({ valid }) => valid)!;
  // A key of 64 bytes goes where the others have one of 32 and the signature.
  code.machine.write(KEY.at, one.key);
  code.machine.write(SIGNATURE.at + 0x20, one.signature);
  code.machine.write(DIGEST.at, digestOf(one.message));
  return check(code, 'p256Verify', KEY, DIGEST, { at: SIGNATURE.at + 0x20 }, SCRATCH);
}

const sum = (a: Work, b: Work): Work => ({
  instructions: a.instructions + b.instructions,
  stack: Math.max(a.stack, b.stack),
});

/** By name. The last ones are the whole check of an image: its SHA-256, and the signature of that. */
export async function measureAll(): Promise<Costs> {
  const costs = async (source: string, scratch: string, work: (code: Code) => Work) => {
    const code = await compileCode(source + scratchOf(scratch));
    return costsOf(code, work(code));
  };
  const hash256 = (code: Code) => hash(code, 'sha256');
  const withHash = (work: (code: Code) => Work) => (code: Code) => sum(hash256(code), work(code));
  return {
    'SHA-256, 64 KiB': await costs(SHA256, 'SHA256_CONTEXT', hash256),
    'SHA-512, 64 KiB': await costs(SHA512, 'SHA512_CONTEXT', (code) => hash(code, 'sha512')),
    'Ed25519, 32 bytes': await costs(ED25519, 'ED25519_SCRATCH', checkEd25519),
    'P-256, a digest': await costs(P256, 'P256_SCRATCH', checkP256),
    'SHA-256 and Ed25519': await costs(SHA256 + ED25519, 'ED25519_SCRATCH', withHash(checkEd25519)),
    'SHA-256 and P-256': await costs(SHA256 + P256, 'P256_SCRATCH', withHash(checkP256)),
  };
}
