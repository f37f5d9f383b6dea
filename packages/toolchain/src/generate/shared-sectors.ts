/**
 * Flash tools erase whole sectors. Where an image shares one with another image, writing it the plain way destroys the
 * other's bytes; these are the bytes to keep.
 */
import type { AddressRange } from '@kickstage/base/ranges';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import { BUILD, builtFile } from './generated-file.ts';

export const sharesSectors = (image: LayoutImage) => image.sharedSectors.length > 0;

/** Ranges of shared sectors outside the image's slot, in order of address. */
export function rangesToKeep({ flash }: Layout, image: LayoutImage): AddressRange[] {
  return image.sharedSectors.flatMap((index) => {
    const sector = flash.sectors[index];
    const before = { start: sector.start, end: Math.min(sector.end, image.slot.start) };
    const behind = { start: Math.max(sector.start, image.slot.end), end: sector.end };
    return [before, behind].filter(({ start, end }) => start < end);
  });
}

/** What a debugger loads for an image: the image; all of flash where a sector is shared. */
export function loadFile(image: LayoutImage): string {
  return sharesSectors(image) ? `${BUILD}/flash.hex` : builtFile(image, 'elf');
}
