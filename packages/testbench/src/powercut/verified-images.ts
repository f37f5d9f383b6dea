/**
 * Images for a device that verifies them, in the format that it reads: header, program, hash, signature. Beside those that
 * can be installed there are some that are to be refused wherever the power fails: damaged on their way, with a signature
 * that does not verify, with a security counter below that of the image in place.
 */
import { IMAGE_FLAG_ROM_FIXED } from '@kickstage/abi/image';
import { OUTCOME_OLDER_COUNTER, OUTCOME_WRONG_HASH, OUTCOME_WRONG_SIGNATURE } from '@kickstage/abi/update';
import { invariant } from '@kickstage/base/invariant';
import { encodeImage } from '@kickstage/image/encode';
import { printHex } from '@kickstage/image/hash';
import { keyId, makePrivateKey } from '@kickstage/image/keys/key';
import { localSigner, type Signer, signImage } from '@kickstage/image/sign';
import { parseVersion } from '@kickstage/image/version';
import type { Layout, LayoutImage, LayoutKey } from '@kickstage/memory-map/layout';
import { startsOf } from './device.ts';
import { IMAGE_HANDLER, type LabImage, makeProgram } from './images.ts';

/** What the lab's images add to the counter that the bootloader asks for at least: v1 and v2, v3 and v4 are alike. */
const COUNTER_STEPS = [1, 1, 2, 2];
/** The highest of them. */
export const MOST_COUNTER_STEPS = 2;
/** Bytes from the end of an image to its signature's last changeable byte: S of Ed25519 must stay below the order. */
const SIGNATURE_BYTE = { ed25519: 64, p256: 1 } as const;

export interface VerifiedCast {
  readonly layout: Layout;
  readonly app: LayoutImage;
  /** Absent where the hash alone is verified. */
  readonly signer?: Signer;
}

export interface CastImages {
  readonly images: readonly LabImage[];
  readonly refused: readonly LabImage[];
}

/** The lab's images for an app that is verified; `lengths` are those of their programs. */
export async function makeVerifiedImages(cast: VerifiedCast, lengths: readonly number[]): Promise<CastImages> {
  const { app, signer } = cast;
  const floor = app.verify!.securityCounter ?? 0;
  const make = (name: string, length: number, n: number, counter: number) =>
    makeVerified(cast, { name, length, seed: 100 + n, counter });
  const images: LabImage[] = [];
  for (const [i, length] of lengths.entries())
    images.push(await make(`v${i + 1}`, length, i, floor + COUNTER_STEPS[i % COUNTER_STEPS.length]));
  const [, second] = images;
  const refused: LabImage[] = [
    changed(second, 'damaged', OUTCOME_WRONG_HASH, () => app.headerSize! + IMAGE_HANDLER + 8),
  ];
  if (signer) {
    const back = SIGNATURE_BYTE[signer.publicKey.kind];
    refused.push(changed(second, 'forged', OUTCOME_WRONG_SIGNATURE, (length) => length - back));
  }
  if (refusesLower(app))
    refused.push({ ...(await make('older', lengths[2], lengths.length, floor)), refusal: OUTCOME_OLDER_COUNTER });
  return { images, refused };
}

/** Whether updates of an app with a lower security counter are refused. */
export const refusesLower = ({ verify }: LayoutImage): boolean => verify?.downgrade === 'refuse';

/** Why an update from one image to the other is refused; undefined where it is not. */
export function refusalOf(app: LayoutImage, from: LabImage, to: LabImage): number | undefined {
  if (to.refusal !== undefined) return to.refusal;
  return refusesLower(app) && to.counter < from.counter ? OUTCOME_OLDER_COUNTER : undefined;
}

interface Recipe {
  readonly name: string;
  readonly length: number;
  readonly seed: number;
  readonly counter: number;
}

async function makeVerified({ layout, app, signer }: VerifiedCast, recipe: Recipe): Promise<LabImage> {
  const { name, length, seed, counter } = recipe;
  const { headerSize = 0 } = app;
  const signed = new Map<number, Uint8Array>();
  for (const start of startsOf(app)) {
    const unsigned = encodeImage(
      {
        body: makeProgram(layout, start + headerSize, length, seed),
        headerSize,
        version: parseVersion(app.version)!,
        loadAddress: start,
        flags: IMAGE_FLAG_ROM_FIXED,
        erasedByte: layout.flash.erasedByte,
        securityCounter: counter,
      },
      name,
    );
    invariant(unsigned.value, 'the images of the lab can be encoded');
    const { value, diagnostics } = await signImage(unsigned.value, signer ? [signer] : [], {}, name);
    if (!value) throw new Error(diagnostics.map(({ what }) => what).join('; '));
    signed.set(start, value);
  }
  return { name, counter, bytesAt: (start) => signed.get(start)! };
}

/** The image with one bit changed. */
function changed(image: LabImage, name: string, refusal: number, place: (length: number) => number): LabImage {
  const bytesAt = (start: number) => {
    const bytes = image.bytesAt(start).slice();
    bytes[place(bytes.length)] ^= 1;
    return bytes;
  };
  return { name, counter: image.counter, bytesAt, refusal };
}

/** Whether a key still signs with the counters that the lab's images have. */
export function outlastsLab({ revokedAt }: LayoutKey, { verify }: LayoutImage): boolean {
  return revokedAt === undefined || revokedAt > (verify?.securityCounter ?? 0) + MOST_COUNTER_STEPS;
}

/** Of the lab alone: it is in the source for everybody to see. */
const THROW_AWAY_SECRET = 0x5c;

/** The layout with a key of the lab in place of the first that the app trusts, and who signs with it. */
export function withThrowAwayKey(layout: Layout, app: LayoutImage): { layout: Layout; signer: Signer } {
  const name = app.verify!.keys[0];
  const replaced = layout.keys!.find((key) => key.name === name)!;
  const key = makePrivateKey(replaced.kind, new Uint8Array(32).fill(THROW_AWAY_SECRET))!;
  const { kind, point } = key.publicKey;
  const { revokedAt, ...rest } = replaced;
  const facts = { ...rest, point: printHex(kind === 'p256' ? point.subarray(1) : point), id: keyId(key.publicKey) };
  const keys = layout.keys!.map((other) => (other === replaced ? facts : other));
  return { layout: { ...layout, keys }, signer: localSigner(key) };
}
