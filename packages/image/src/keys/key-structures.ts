/** The structures in which keys are written: PrivateKeyInfo (PKCS#8), ECPrivateKey (SEC 1), SubjectPublicKeyInfo. */
import { equalBytes, printHex } from '../hash.ts';
import {
  DER_BIT_STRING,
  DER_CONTEXT_0,
  DER_CONTEXT_1,
  DER_INTEGER,
  DER_OCTET_STRING,
  DER_OID,
  DER_SEQUENCE,
  type DerItem,
  readDerItem,
  readDerItems,
  readDerSequence,
  writeDer,
} from './der.ts';
import * as key from './key.ts';

/** Why a file is no key that can be used. */
export interface KeyProblem {
  readonly code: string;
  readonly what: string;
  readonly got?: string;
  readonly why: string;
  readonly fix: string;
}

/** Kinds of keys that people have, by the object identifier in hexadecimal. */
const OTHER_KINDS: Readonly<Record<string, string>> = {
  '2a864886f70d010101': 'RSA',
  '2a864886f70d01010a': 'RSA-PSS',
  '2a8648ce380401': 'DSA',
  '2b656e': 'X25519, which encrypts and does not sign',
  '2b656f': 'X448, which encrypts and does not sign',
  '2b6571': 'Ed448',
  '2b81040022': 'ECDSA P-384',
  '2b81040023': 'ECDSA P-521',
  '2b81040021': 'ECDSA P-224',
  '2b8104000a': 'ECDSA secp256k1',
};

function otherKind(oid: Uint8Array): KeyProblem {
  const digits = printHex(oid);
  return {
    code: 'KEY003',
    what: 'keys of this kind sign no images here',
    got: OTHER_KINDS[digits] ?? `an unknown kind (object identifier ${digits})`,
    why: 'images are signed with Ed25519 or ECDSA P-256',
    fix: 'make one: kickstage keys new FILE',
  };
}

function malformed(got: string): KeyProblem {
  return {
    code: 'KEY002',
    what: 'the key is malformed',
    got,
    why: 'keys are strict DER: nothing is missing, and nothing follows',
    fix: 'export the key again, or copy the file again',
  };
}

/** The kind that an AlgorithmIdentifier names. */
function readAlgorithm(item: DerItem): key.KeyKind | KeyProblem {
  const [algorithm, parameters, ...more] = (item.tag === DER_SEQUENCE && readDerItems(item.content)) || [];
  if (algorithm?.tag !== DER_OID || more.length > 0) return malformed('its algorithm is not named');
  if (equalBytes(algorithm.content, key.OID_ED25519))
    return parameters ? malformed('parameters for Ed25519, which has none') : 'ed25519';
  if (!equalBytes(algorithm.content, key.OID_EC_PUBLIC_KEY)) return otherKind(algorithm.content);
  if (parameters?.tag !== DER_OID) return malformed('a curve without a name');
  return equalBytes(parameters.content, key.OID_P256) ? 'p256' : otherKind(parameters.content);
}

/** PrivateKeyInfo, version 0 or 1. */
export function readPkcs8(bytes: Uint8Array): key.PrivateKey | KeyProblem {
  const items = readDerSequence(bytes);
  if (!items || items.length < 3 || items[0].tag !== DER_INTEGER || items[2].tag !== DER_OCTET_STRING)
    return malformed('no PrivateKeyInfo');
  const kind = readAlgorithm(items[1]);
  if (typeof kind !== 'string') return kind;
  if (kind === 'p256') return readEcPrivateKey(items[2].content);
  const seed = readDerItem(items[2].content);
  if (seed?.tag !== DER_OCTET_STRING || seed.size !== items[2].content.length) return malformed('no seed');
  const made = key.makePrivateKey('ed25519', seed.content);
  if (!made) return malformed(`a seed of ${seed.content.length} bytes; Ed25519 has 32`);
  // Version 1 may carry the public key: [1] IMPLICIT BIT STRING.
  const written = items.find(({ tag }) => tag === 0x81)?.content;
  return written ? matching(made, written) : made;
}

/** ECPrivateKey; where the curve is not named it is P-256, as the PrivateKeyInfo around it says. */
export function readEcPrivateKey(bytes: Uint8Array): key.PrivateKey | KeyProblem {
  const items = readDerSequence(bytes);
  if (!items || items.length < 2 || items[0].tag !== DER_INTEGER || items[1].tag !== DER_OCTET_STRING)
    return malformed('no ECPrivateKey');
  const curve = inside(items, DER_CONTEXT_0);
  if (curve && curve.tag !== DER_OID) return malformed('a curve without a name');
  if (curve && !equalBytes(curve.content, key.OID_P256)) return otherKind(curve.content);
  const made = key.makePrivateKey('p256', items[1].content);
  if (!made) return malformed('a private number that P-256 does not have');
  const written = inside(items, DER_CONTEXT_1);
  return written ? matching(made, written.content) : made;
}

/** The item within the explicit tag, if there is one. */
function inside(items: readonly DerItem[], tag: number): DerItem | undefined {
  const outer = items.find((item) => item.tag === tag);
  return outer && readDerItem(outer.content);
}

/** The key, if the public half that stands beside it is its own. `written` is a bit string's content. */
function matching(made: key.PrivateKey, written: Uint8Array): key.PrivateKey | KeyProblem {
  const publicKey = key.makePublicKey(made.kind, written.subarray(1));
  if (publicKey && equalBytes(publicKey.spki, made.publicKey.spki)) return made;
  return malformed('a public half that does not belong to the private one');
}

/** SubjectPublicKeyInfo. */
export function readSpki(bytes: Uint8Array): key.PublicKey | KeyProblem {
  const items = readDerSequence(bytes);
  if (items?.length !== 2 || items[1].tag !== DER_BIT_STRING) return malformed('no SubjectPublicKeyInfo');
  const kind = readAlgorithm(items[0]);
  if (typeof kind !== 'string') return kind;
  const { content } = items[1];
  const made = content[0] === 0 ? key.makePublicKey(kind, content.subarray(1)) : undefined;
  return made ?? malformed(`no point of ${key.KEY_NAMES[kind]}`);
}

/** PrivateKeyInfo in DER, as OpenSSL writes it: for P-256 with the public key, without the curve's name twice. */
export function writePkcs8({ kind, secret, publicKey }: key.PrivateKey): Uint8Array {
  const inner =
    kind === 'ed25519'
      ? writeDer(DER_OCTET_STRING, secret)
      : writeDer(
          DER_SEQUENCE,
          writeDer(DER_INTEGER, Uint8Array.of(1)),
          writeDer(DER_OCTET_STRING, secret),
          writeDer(DER_CONTEXT_1, writeDer(DER_BIT_STRING, Uint8Array.of(0), publicKey.point)),
        );
  const version = writeDer(DER_INTEGER, Uint8Array.of(0));
  return writeDer(DER_SEQUENCE, version, key.writeAlgorithm(kind), writeDer(DER_OCTET_STRING, inner));
}
