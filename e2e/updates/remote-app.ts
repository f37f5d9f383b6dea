/**
 * An app that does what a test tells it: commands and their results pass through words of RAM that neither image nor
 * stack touches. So a test calls the update library's functions as machine code, on a chip with its flash controller.
 */

/** Where the words are: in the RAM of every chip here, behind what the app uses, before its stack. */
export const CONTROL = 0x2001_0000;
/** What is sent with a command. */
export const BUFFER = CONTROL + 0x100;
export const BUFFER_SIZE = 0x4000;

/** Words from CONTROL on. */
export const WORD = { state: 0, command: 4, a: 8, b: 12, result: 16, version: 20, starts: 24 } as const;
/** The app is there and idle. */
export const READY = 0x600d_a440;

export const COMMANDS = [
  'none',
  'erase',
  'write',
  'flush',
  'verify',
  'request',
  'requestPermanent',
  'confirm',
  'revert',
  'state',
  'outcome',
  'capacity',
  'read',
  'address',
  'hang',
  'fault',
  'feed',
] as const;
export type Command = (typeof COMMANDS)[number];

/** Stands before the version in an image. */
const MARKER = [0x5645_5253, 0x494f_4e3a];

/** The app's source: version 1. */
export const REMOTE_APP = `
import { updateAddress, updateCapacity, updateErase, updateEraseFor, updateFlush, updateRead, updateWrite } from 'kickstage/firmware/app/download';
import { markBootSuccessful, requestUpdate, revert, updateOutcome, updateState, verify } from 'kickstage/firmware/app/update';
import { feedWatchdog } from 'kickstage/firmware/hal/watchdog';
import { startUp } from 'kickstage/firmware/hal/start-up';
import { ld32, st32 } from 'kickstage/firmware/intrinsics/volatile';
export { NMI_Handler } from 'kickstage/firmware/app/nmi';

const CONTROL: usize = ${CONTROL};
const table: usize = memory.data<u32>([${MARKER.join(', ')}, 1]);

function obey(command: u32, a: u32, b: u32): u32 {
  switch (command) {
    case 1: return a === 0 ? updateErase() : updateEraseFor(a);
    case 2: return updateWrite(a, ${BUFFER}, b);
    case 3: return updateFlush();
    case 4: return verify();
    case 5: return requestUpdate();
    case 6: return requestUpdate(true);
    case 7: return markBootSuccessful();
    case 8: return revert();
    case 9: return updateState();
    case 10: return updateOutcome();
    case 11: return updateCapacity();
    case 12: return updateRead(a, ${BUFFER}, b);
    case 13: return <u32>updateAddress();
    case 14: while (true) {}
    case 15: st32(a, 0); return 0;
    default: return 0;
  }
}

export function Reset_Handler(): void {
  startUp();
  st32(CONTROL + ${WORD.command}, 0);
  st32(CONTROL + ${WORD.version}, load<u32>(table + 8));
  st32(CONTROL + ${WORD.starts}, ld32(CONTROL + ${WORD.starts}) + 1);
  st32(CONTROL + ${WORD.state}, ${READY});
  while (true) {
    feedWatchdog();
    const command = ld32(CONTROL + ${WORD.command});
    if (command === 0) continue;
    st32(CONTROL + ${WORD.result}, obey(command, ld32(CONTROL + ${WORD.a}), ld32(CONTROL + ${WORD.b})));
    st32(CONTROL + ${WORD.command}, 0);
  }
}
`;

/** The same machine code as version `version`: another number, and more bytes behind, so that images differ in length. */
export function asVersion(image: Uint8Array, version: number, more = 2400): Uint8Array {
  const bytes = new Uint8Array(image.length + more * (version - 1));
  bytes.set(image);
  for (let i = image.length; i < bytes.length; i++) bytes[i] = (i * 7 + version) & 0xff;
  const view = new DataView(bytes.buffer);
  const at = Array.from({ length: image.length / 4 - 2 }, (_, n) => 4 * n).find(
    (offset) => view.getUint32(offset, true) === MARKER[0] && view.getUint32(offset + 4, true) === MARKER[1],
  );
  if (at === undefined) throw new Error('the image has no version');
  view.setUint32(at + 8, version, true);
  return bytes;
}
