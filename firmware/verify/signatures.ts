/**
 * Signatures behind an image: each belongs to the KEYHASH in front of it. Those of keys that are not trusted for the app
 * count for nothing; of the others there must be one at least, and each must verify.
 */
import {
  ED25519_SIGNATURE_SIZE,
  P256_SIGNATURE_MAX_SIZE,
  SHA256_SIZE,
  TLV_ECDSA_SIG,
  TLV_ED25519,
  TLV_ENTRY_SIZE,
  TLV_KEYHASH,
} from 'kickstage/firmware/abi/image';
import { SIGNATURE_MALFORMED, SIGNATURE_VALID } from 'kickstage/firmware/abi/signature';
import { STATUS_OK, STATUS_UNTRUSTED_KEY, STATUS_WRONG_SIGNATURE } from 'kickstage/firmware/abi/status';
import {
  KEY_COUNT,
  keyHash,
  keyIsEd25519,
  keyPoint,
  keyRevokedAt,
  trustedKeys,
  VERIFIES_ED25519,
  VERIFIES_P256,
} from 'kickstage/layout';
import { ED25519_SCRATCH, ed25519Confirm, ed25519Verify } from '../crypto/ed25519';
import { clear } from '../crypto/numbers';
import { P256_DER_SCRATCH, p256ConfirmDer, p256VerifyDer } from '../crypto/p256-der';
import { ld32, st32 } from '../intrinsics/volatile';
import { imageDigest } from './digest';
import { entriesEnd, firstEntry, securityCounter } from './image-form';
import { byteAt, copyOut, halfAt } from './window';

const SCRATCH: usize = VERIFIES_P256 ? P256_DER_SCRATCH : ED25519_SCRATCH;
const scratch = memory.data(3692, 4);
const signature = memory.data(72, 4);
/** What the two findings of the last signature were. */
const findings = memory.data(8, 4);

/** No key. */
const NONE: u32 = 0xff;

/** Findings of the last signature that counted: SIGNATURE_VALID is a yes. */
export function firstFinding(): u32 {
  return ld32(findings);
}

export function secondFinding(): u32 {
  return ld32(findings + 4);
}

/** Verifies all signatures that count. STATUS_OK, or why the image is refused. */
export function checkSignatures(app: u32): u32 {
  let status = STATUS_UNTRUSTED_KEY;
  let key = NONE;
  st32(findings, 0);
  st32(findings + 4, 0);
  for (let at = firstEntry(); at < entriesEnd(); ) {
    const type = halfAt(at);
    const size = halfAt(at + 2);
    const data = at + TLV_ENTRY_SIZE;
    at = data + size;
    if (type === TLV_KEYHASH) key = keyOf(app, data, size);
    else if (type === TLV_ED25519 || type === TLV_ECDSA_SIG) {
      if (key === NONE) continue;
      if ((type === TLV_ED25519) !== keyIsEd25519(key)) return STATUS_WRONG_SIGNATURE;
      if (!verifies(key, data, size)) return STATUS_WRONG_SIGNATURE;
      status = STATUS_OK;
      key = NONE;
    }
  }
  return status;
}

/** The key that is trusted for the app, and not revoked for the image, with the hash at `data`; NONE where there is none. */
function keyOf(app: u32, data: u32, size: u32): u32 {
  if (size !== SHA256_SIZE) return NONE;
  for (let key: u32 = 0; key < KEY_COUNT; key++) {
    if (((trustedKeys(app) >>> key) & 1) === 0 || securityCounter() >= keyRevokedAt(key)) continue;
    let i: u32 = 0;
    while (i < SHA256_SIZE && byteAt(data + i) === load<u8>(keyHash(key) + i)) i++;
    if (i === SHA256_SIZE) return key;
  }
  return NONE;
}

/** Nothing of an earlier check is left where this one works: a step that is left out finds nothing. */
function verifies(key: u32, data: u32, size: u32): bool {
  clear(scratch, SCRATCH);
  st32(findings, SIGNATURE_MALFORMED);
  st32(findings + 4, SIGNATURE_MALFORMED);
  if (VERIFIES_ED25519 && keyIsEd25519(key)) {
    if (size !== ED25519_SIGNATURE_SIZE) return false;
    copyOut(data, signature, size);
    st32(findings, ed25519Verify(keyPoint(key), imageDigest(), 32, signature, scratch));
    st32(findings + 4, ed25519Confirm(signature, scratch));
  }
  if (VERIFIES_P256 && !keyIsEd25519(key)) {
    if (size > P256_SIGNATURE_MAX_SIZE || size < 2) return false;
    copyOut(data, signature, size);
    st32(findings, p256VerifyDer(keyPoint(key), imageDigest(), signature, sizeWithoutPadding(size), scratch));
    st32(findings + 4, p256ConfirmDer(scratch));
  }
  return ld32(findings) === SIGNATURE_VALID && ld32(findings + 4) === SIGNATURE_VALID;
}

/** Tools for MCUboot before 1.5 put zeros behind the DER, up to 72 bytes. */
function sizeWithoutPadding(size: u32): u32 {
  const coded: u32 = <u32>load<u8>(signature, 1) + 2;
  if (coded >= size) return size;
  for (let i = coded; i < size; i++) if (load<u8>(signature + i) !== 0) return size;
  return coded;
}
