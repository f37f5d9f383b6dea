/**
 * Reads keys from files: PEM or DER; PKCS#8 (RFC 5958), SEC 1 for P-256 (RFC 5915), SubjectPublicKeyInfo (RFC 5280). An
 * encrypted file is said to be one: who can decrypt it does so, and reads the result.
 */
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { printHex } from '../hash.ts';
import { DER_OCTET_STRING, DER_SEQUENCE, readDerSequence } from './der.ts';
import { isDevelopmentText } from './development.ts';
import type { PrivateKey, PublicKey } from './key.ts';
import { type KeyProblem, readEcPrivateKey, readPkcs8, readSpki } from './key-structures.ts';
import { type PemBlock, readPem } from './pem.ts';

export interface Key {
  readonly publicKey: PublicKey;
  /** Absent where the file holds the public half only. */
  readonly privateKey?: PrivateKey;
  /** Whether the file is marked as a development key's. */
  readonly isMarked: boolean;
}

/** Whether a password is needed to read it. */
export function isEncryptedKey(content: Uint8Array): boolean {
  const blocks = readPem(decodeText(content)) ?? [];
  return blocks.some(isEncrypted) || isEncryptedDer(content);
}

/** The key in a file; `file` is how it is called in diagnostics. */
export function readKey(content: Uint8Array, file: string): Checked<Key> {
  const text = decodeText(content);
  const found = text.includes('-----BEGIN') ? fromPem(text) : fromDer(content);
  if (!('code' in found)) return { value: { ...found, isMarked: isDevelopmentText(text) }, diagnostics: [] };
  const { code, what, got, why, fix } = found;
  const diagnostic: Diagnostic = { code, severity: 'error', what, at: { file }, ...(got ? { got } : {}), why, fix };
  return { diagnostics: [diagnostic] };
}

type Found = Omit<Key, 'isMarked'> | KeyProblem;

const decodeText = (content: Uint8Array) => new TextDecoder('latin1').decode(content);

const NO_KEY = {
  why: 'keys are PEM or DER files: PKCS#8, SEC 1 or SubjectPublicKeyInfo',
  fix: 'make one: kickstage keys new FILE',
};

function isEncrypted({ label, headers }: PemBlock): boolean {
  return label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(headers);
}

/** EncryptedPrivateKeyInfo: a sequence of an algorithm (a sequence) and an octet string. */
function isEncryptedDer(content: Uint8Array): boolean {
  const items = readDerSequence(content);
  return items?.length === 2 && items[0].tag === DER_SEQUENCE && items[1].tag === DER_OCTET_STRING;
}

const ENCRYPTED: KeyProblem = {
  code: 'KEY004',
  what: 'the key is encrypted',
  why: 'it cannot be used without its password',
  fix: 'set KICKSTAGE_KEY_PASSWORD, or call kickstage in a terminal, where it asks',
};

function fromPem(text: string): Found {
  const all = readPem(text);
  const blocks = all?.filter(({ label }) => label !== 'EC PARAMETERS');
  if (!blocks || blocks.length === 0) {
    const got = all ? 'no whole block from BEGIN to END' : 'a block that is not Base64';
    return { code: 'KEY001', what: 'this PEM file holds no key', got, ...NO_KEY };
  }
  if (blocks.length > 1) {
    const got = blocks.map(({ label }) => label).join(', ');
    const why = 'which one is meant cannot be known';
    return {
      code: 'KEY001',
      what: 'the file holds more than one key',
      got,
      why,
      fix: 'put each into a file of its own',
    };
  }
  return fromBlock(blocks[0]);
}

function fromBlock(block: PemBlock): Found {
  const { label, bytes } = block;
  if (isEncrypted(block)) return ENCRYPTED;
  switch (label) {
    case 'PRIVATE KEY':
      return privately(readPkcs8(bytes));
    case 'EC PRIVATE KEY':
      return privately(readEcPrivateKey(bytes));
    case 'PUBLIC KEY':
      return publicly(readSpki(bytes));
    default:
      return otherLabel(label);
  }
}

function otherLabel(label: string): KeyProblem {
  const isKey = /^(?:RSA|DSA|OPENSSH) /.test(label);
  return {
    code: isKey ? 'KEY003' : 'KEY001',
    what: isKey ? 'keys of this kind sign no images here' : 'this PEM file holds no key',
    got: label,
    why: isKey ? 'images are signed with Ed25519 or ECDSA P-256' : NO_KEY.why,
    fix: NO_KEY.fix,
  };
}

function fromDer(content: Uint8Array): Found {
  if (content.length === 0) return { code: 'KEY001', what: 'the key file is empty', ...NO_KEY };
  if (isEncryptedDer(content)) return ENCRYPTED;
  const items = readDerSequence(content);
  if (!items || items.length < 2) {
    const got = `it begins with ${printHex(content.subarray(0, 8))}`;
    return { code: content[0] === DER_SEQUENCE ? 'KEY002' : 'KEY001', what: 'this file holds no key', got, ...NO_KEY };
  }
  if (items[0].tag === DER_SEQUENCE) return publicly(readSpki(content));
  return privately(items[1].tag === DER_SEQUENCE ? readPkcs8(content) : readEcPrivateKey(content));
}

const privately = (found: PrivateKey | KeyProblem): Found =>
  'code' in found ? found : { privateKey: found, publicKey: found.publicKey };

const publicly = (found: PublicKey | KeyProblem): Found => ('code' in found ? found : { publicKey: found });
