/**
 * Where the header goes: in front of the firmware, or into the room that the linker left for it. Room is `headerSize` bytes
 * of 0 or of erased flash at the file's beginning, where a vector table would never be: its first word is no stack pointer.
 */
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress } from '@kickstage/base/hex';
import { isErased } from '@kickstage/image/trailer';
import type { FirmwareFile } from './firmware-file.ts';
import type { SignOptions } from './sign-options.ts';

export interface PlacedBody {
  readonly body: Uint8Array;
  /** Of the image, header included; undefined where the file says none. */
  readonly address: number | undefined;
  /** What was done, for people. */
  readonly where: string;
}

export function placeHeader(
  { bytes, address }: FirmwareFile,
  { input: { headerSize }, slot }: SignOptions,
  file: string,
): Checked<PlacedBody> {
  const hasRoom = bytes.length > headerSize && headerSize > 0 && isErased(bytes.subarray(0, headerSize));
  const placed: PlacedBody = hasRoom
    ? { body: bytes.subarray(headerSize), address, where: 'is in the room that was left for it' }
    : {
        body: bytes,
        address: address === undefined ? undefined : address - headerSize,
        where: 'is in front of the firmware',
      };
  const wrong = slot.address !== undefined && placed.address !== undefined && placed.address !== slot.address;
  return wrong
    ? { diagnostics: [elsewhere(placed.address, slot.address, headerSize, file)] }
    : { value: placed, diagnostics: [] };
}

function elsewhere(found: number, slot: number, headerSize: number, file: string): Diagnostic {
  return {
    code: 'CLI045',
    severity: 'error',
    what: 'the firmware is linked for another address',
    at: { file },
    got: `it begins at ${formatAddress(found + headerSize)}`,
    why: `the slot is at ${formatAddress(slot)}, and the header takes ${headerSize} bytes of it`,
    fix: `link it for ${formatAddress(slot + headerSize)}`,
  };
}
