/**
 * What must be true of a device, said apart from the boot core: which images may run after which cut, and that what runs
 * is whole, byte for byte. A *standing* is an image and whether it is on trial.
 */
import { PHASE_TRIAL } from '@kickstage/abi/update';
import type { LayoutImage } from '@kickstage/memory-map/layout';
import { type Subject, startsOf } from './device.ts';
import type { Ending } from './firmware-host.ts';
import type { LabImage } from './images.ts';
import { phaseSeen } from './lab-app.ts';

/** `v1`, or `v2?` while it is on trial. */
export type Standing = string;

export const onTrial = (image: string): Standing => `${image}?`;
/** No image is started: the bootloader halts. */
export const NOTHING: Standing = 'nothing';
export const imageOf = (standing: Standing): string => standing.replace('?', '');
export const isTrial = (standing: Standing): boolean => standing.endsWith('?');

/** Something that must not be. */
export class Broken extends Error {}

/**
 * Which of the known images a boot has started, and whether it is on trial; throws where it is none, or not whole. With
 * `mayBeFollowed` what lies behind it is not looked at.
 */
export function standingOf(
  device: Subject,
  app: LayoutImage,
  images: readonly LabImage[],
  ending: Ending,
  mayBeFollowed = false,
): Standing {
  if (ending.how !== 'boot') return NOTHING;
  const starts = startsOf(app);
  const start = starts.find((address) => ending.handler > address && ending.handler < address + app.update!.capacity);
  if (start === undefined) throw new Broken(`what was started is no image of ${app.name}`);
  const [internal] = device.flash;
  const image = images.find(({ bytesAt }) => isSame(internal.peek(start, bytesAt(start).length), bytesAt(start)));
  if (!image) throw new Broken('the image that was started is not whole');
  const { length } = image.bytesAt(start);
  if (!internal.isStable(start, length)) throw new Broken('the image that was started has unstable flash');
  const { unit } = internal.shape;
  if (!mayBeFollowed) checkTail(device, app, start, Math.ceil(length / unit) * unit);
  return phaseSeen(device) === PHASE_TRIAL ? onTrial(image.name) : image.name;
}

/** Behind an image, up to the end of its last sector, nothing of another one is left. */
function checkTail(device: Subject, app: LayoutImage, start: number, length: number): void {
  const [{ shape }] = device.flash;
  const end = shape.bounds.find((bound) => bound >= start + length) ?? start + length;
  const stray = device.flash[0].firstUsed(start + length, Math.min(end, start + app.update!.capacity) - start - length);
  if (stray !== undefined)
    throw new Broken(`bytes of another image lie behind the one that was started (${stray} behind its end)`);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}
