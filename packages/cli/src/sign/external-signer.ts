/**
 * Signing by a program that has the key, in an HSM for one. The shell runs it; on its standard input it gets what is to be
 * signed, raw: the digest (32, 48 or 64 bytes), or for a pure signature the signed part of the image. On its standard output
 * it writes the signature: raw, or as hexadecimal digits. The environment tells it KICKSTAGE_SIGN_ALGORITHM (`ed25519`,
 * `ecdsa-p256`), KICKSTAGE_SIGN_CONTENT (`digest`, `image`), KICKSTAGE_SIGN_HASH (`sha256`, …) and KICKSTAGE_SIGN_KEY, the id.
 */
import { spawn } from 'node:child_process';
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { KEY_NAMES, type KeyKind, keyId, type PublicKey } from '@kickstage/image/keys/key';
import type { Signer, SignRequest } from '@kickstage/image/sign';
import { normaliseSignature } from '@kickstage/image/signature';

/** Bytes of output that no signature has. */
const OUTPUT_MAX = 4096;
const SHOWN_MAX = 400;

export interface SignerProgram {
  readonly command: string;
  readonly cwd: string;
  readonly publicKey: PublicKey;
  readonly timeoutMs: number;
}

export function externalSigner(program: SignerProgram): Signer {
  return {
    publicKey: program.publicKey,
    sign: async (request) => {
      const ended = await run(program, request);
      return 'code' in ended
        ? { diagnostics: [ended] }
        : readAnswer(ended.stdout, request.publicKey.kind, program.command);
    },
  };
}

interface Answer {
  readonly stdout: Buffer;
}

function run(program: SignerProgram, request: SignRequest): Promise<Answer | Diagnostic> {
  return new Promise((resolve) => {
    const { command, cwd, timeoutMs } = program;
    // A group of its own, so that what the shell has started ends with it.
    const child = spawn(command, {
      cwd,
      shell: true,
      env: environment(request),
      detached: process.platform !== 'win32',
    });
    const stdout: Buffer[] = [];
    let size = 0;
    let stderr = '';
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      endGroup(child.pid);
    }, timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= OUTPUT_MAX) stdout.push(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-SHOWN_MAX);
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve(failed(command, error.message, stderr));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (isLate) resolve(late(command, timeoutMs));
      else if (code !== 0) resolve(failed(command, code === null ? `ended by ${signal}` : `exit code ${code}`, stderr));
      else if (size > OUTPUT_MAX)
        resolve(noSignature(command, `more than ${OUTPUT_MAX} bytes`, request.publicKey.kind));
      else resolve({ stdout: Buffer.concat(stdout) });
    });
    // A program that reads nothing closes its input; its exit code tells more than the broken pipe.
    child.stdin.on('error', () => {});
    child.stdin.end(request.message);
  });
}

function environment({ publicKey, content, hash }: SignRequest): NodeJS.ProcessEnv {
  return {
    ...process.env,
    KICKSTAGE_SIGN_ALGORITHM: publicKey.kind === 'ed25519' ? 'ed25519' : 'ecdsa-p256',
    KICKSTAGE_SIGN_CONTENT: content,
    KICKSTAGE_SIGN_HASH: hash,
    KICKSTAGE_SIGN_KEY: keyId(publicKey),
  };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function readAnswer(stdout: Buffer, kind: KeyKind, command: string): Checked<Uint8Array> {
  const text = stdout.toString('latin1').trim();
  const isHex = text.length > 0 && text.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(text);
  const raw = normaliseSignature(kind, new Uint8Array(stdout));
  const value = raw ?? (isHex ? normaliseSignature(kind, new Uint8Array(Buffer.from(text, 'hex'))) : undefined);
  if (value) return { value, diagnostics: [] };
  const got = stdout.length === 0 ? 'nothing' : `${stdout.length} bytes: ${stdout.subarray(0, 16).toString('hex')}…`;
  return { diagnostics: [noSignature(command, got, kind)] };
}

function failed(command: string, how: string, stderr: string): Diagnostic {
  const said = stderr.trim();
  return {
    code: 'CLI040',
    severity: 'error',
    what: `the signer failed: ${how}`,
    got: `${command}${said === '' ? '' : `\n       ${said.replaceAll('\n', '\n       ')}`}`,
    why: 'without its signature there is no image',
    fix: 'run it by hand: it gets what is to be signed on its standard input',
  };
}

function late(command: string, timeoutMs: number): Diagnostic {
  return {
    code: 'CLI041',
    severity: 'error',
    what: `the signer did not answer within ${timeoutMs / 1000} s`,
    got: command,
    why: 'it was ended',
    fix: 'give it longer with --signer-timeout, or look what it waits for',
  };
}

function noSignature(command: string, got: string, kind: KeyKind): Diagnostic {
  return {
    code: 'CLI042',
    severity: 'error',
    what: `the signer's answer is no ${KEY_NAMES[kind]} signature`,
    got: `${got} from ${command}`,
    why:
      kind === 'ed25519' ? 'it has 64 bytes, raw or as hexadecimal digits' : 'it is DER, or r and s of 32 bytes each',
    fix: 'let it write the signature alone to its standard output',
  };
}
