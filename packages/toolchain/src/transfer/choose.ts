/** Which of the images at hand is the one that the app can take: it must be linked for where it will run. */
import { IMAGE_HEADER_HEADER_SIZE, IMAGE_HEADER_MAGIC, IMAGE_MAGIC } from '@kickstage/abi/image';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import * as problem from './problems.ts';

export interface SendableImage {
  /** As it is shown: its file. */
  readonly name: string;
  /** From the slot's first byte on. */
  readonly bytes: Uint8Array;
}

export interface Place {
  readonly start: number;
  readonly capacity: number;
}

export function chooseImage(images: readonly SendableImage[], place: Place): SendableImage | Diagnostic {
  if (place.capacity === 0) return problem.notUpdatable();
  const handlers = images.map(({ bytes }) => resetHandlerOf(bytes));
  const fitting = images.filter((_, i) => isIn(handlers[i], place));
  if (fitting.length === 0) return problem.linkedElsewhere(images[0].name, handlers[0], place);
  const image = fitting[0];
  return image.bytes.length > place.capacity ? problem.tooLarge(image, place.capacity) : image;
}

const isIn = (address: number | undefined, { start, capacity }: Place) =>
  address !== undefined && address > start && address < start + capacity;

/** From the vector table at the image's start, or behind the header of a signed one. */
function resetHandlerOf(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 16) return undefined;
  const isSigned = view.getUint32(IMAGE_HEADER_MAGIC, true) === IMAGE_MAGIC;
  const table = isSigned ? view.getUint16(IMAGE_HEADER_HEADER_SIZE, true) : 0;
  return bytes.length < table + 8 ? undefined : view.getUint32(table + 4, true);
}
