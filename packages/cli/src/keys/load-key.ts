/** Keys from files and environment variables, decrypted where they are encrypted. */
import { createPrivateKey } from 'node:crypto';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { developmentReason, isDevelopmentText } from '@kickstage/image/keys/development';
import type { PrivateKey } from '@kickstage/image/keys/key';
import { isEncryptedKey, type Key, readKey } from '@kickstage/image/keys/read-key';
import { CommandFailure } from '../command-context.ts';
import { readInput } from '../read-input.ts';
import { findPassword, PASSWORD_VARIABLE } from './password.ts';

/** Where a key is: a file, or an environment variable that holds what the file would. */
export type KeySource = { readonly file: string } | { readonly variable: string };

/** `$NAME` is an environment variable; the shell must be kept from replacing it. */
export function keySource(text: string): KeySource {
  return /^\$\w+$/.test(text) ? { variable: text.slice(1) } : { file: text };
}

export interface LoadedKey extends Key {
  /** How the source is called. */
  readonly name: string;
  readonly isEncrypted: boolean;
}

/** The key, or the end of the command. */
export async function loadKey(cwd: string, source: KeySource): Promise<LoadedKey> {
  const name = 'file' in source ? source.file : `$${source.variable}`;
  const content = 'file' in source ? readInput(cwd, source.file) : readVariable(source.variable);
  const isEncrypted = isEncryptedKey(content);
  const { value, diagnostics } = readKey(isEncrypted ? await decrypt(content, name) : content, name);
  if (!value) throw new CommandFailure(diagnostics);
  // The mark stands outside the encrypted block.
  const isMarked = isDevelopmentText(Buffer.from(content).toString('latin1'));
  return { ...value, isMarked, name, isEncrypted };
}

function readVariable(variable: string): Uint8Array {
  const text = process.env[variable];
  if (text !== undefined && text !== '') return new TextEncoder().encode(text);
  throw new CommandFailure([
    {
      code: 'CLI004',
      severity: 'error',
      what: `the environment has no key in ${variable}`,
      got: text === undefined ? 'it is not set' : 'it is empty',
      fix: `set it to what the key's PEM file holds: export ${variable}="$(cat key.pem)"`,
    },
  ]);
}

/** PKCS#8 in DER. */
async function decrypt(content: Uint8Array, name: string): Promise<Uint8Array> {
  const password = await findPassword(name);
  if (password === undefined) throw new CommandFailure(readKey(content, name).diagnostics);
  const text = Buffer.from(content).toString('latin1');
  try {
    const key = text.includes('-----BEGIN')
      ? createPrivateKey({ key: text, passphrase: password })
      : createPrivateKey({ key: Buffer.from(content), format: 'der', type: 'pkcs8', passphrase: password });
    return new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }));
  } catch (error) {
    throw new CommandFailure([wrongPassword(name, error)]);
  }
}

function wrongPassword(name: string, error: unknown): Diagnostic {
  return {
    code: 'KEY005',
    severity: 'error',
    what: `${name} cannot be decrypted`,
    at: { file: name },
    got: error instanceof Error ? error.message : String(error),
    why: 'the password is another one, or the file is damaged',
    fix: process.env[PASSWORD_VARIABLE] === undefined ? 'try again' : `set ${PASSWORD_VARIABLE} to the key's password`,
  };
}

/** The private half, or the end of the command. */
export function privateHalf({ privateKey, name }: LoadedKey): PrivateKey {
  if (privateKey) return privateKey;
  throw new CommandFailure([
    {
      code: 'KEY006',
      severity: 'error',
      what: 'this is a public key',
      at: { file: name },
      why: 'signing takes the private half',
      fix: 'give the private key, or with --signer the program that has it',
    },
  ]);
}

/** What is to be said of a key that is for trials; an error where that is not allowed. */
export function developmentDiagnostics(key: LoadedKey, isRelease: boolean): Diagnostic[] {
  const why = developmentReason(key);
  if (why === undefined) return [];
  return [
    {
      code: 'KEY007',
      severity: isRelease ? 'error' : 'warning',
      what: `${key.name} is a development key`,
      at: { file: key.name },
      why,
      fix: 'for products make a key of your own: kickstage keys new FILE',
    },
  ];
}
