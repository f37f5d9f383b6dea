/** What can stand in the way of a transfer, as diagnostics. */
import {
  TRANSFER_BEGIN,
  TRANSFER_DATA,
  TRANSFER_OUT_OF_ORDER,
  TRANSFER_UNALIGNED,
  TRANSFER_UNKNOWN,
  TRANSFER_VERSION,
  TRANSFER_WRONG_CRC,
} from '@kickstage/abi/transfer';
import * as update from '@kickstage/abi/update';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress, formatRange, formatSize } from '@kickstage/base/hex';
import type { Place, SendableImage } from './choose.ts';

const error = (code: string, what: string, rest: Omit<Diagnostic, 'code' | 'severity' | 'what'>): Diagnostic => ({
  code,
  severity: 'error',
  what,
  ...rest,
});

export const nobodyAnswers = () =>
  error('SND001', 'no app answers on this line', {
    why: "the app that runs must take transfers, at the rate of the board's console",
    fix: 'check port and cable; the app calls takeTransferByte of kickstage/firmware/app/transfer in its main loop',
  });

export function linkedElsewhere(name: string, handler: number | undefined, { start, capacity }: Place): Diagnostic {
  return error('SND002', `${name} is not linked for the place where it will run`, {
    got:
      handler === undefined
        ? 'it is too short for a vector table'
        : `its reset handler is at ${formatAddress(handler)}; the app asks for ${formatRange({ start, end: start + capacity })}`,
    why: 'a download is started at this address, and at no other',
    fix: 'send the image of this app; with `direct` name both files, app.bin and app.bank1.bin: the right one is taken',
  });
}

export const tooLarge = ({ name, bytes }: SendableImage, capacity: number) =>
  error('SND003', `${name} is larger than its slot`, {
    got: `${formatSize(bytes.length)}; the app takes ${formatSize(capacity)}`,
    fix: 'make the program smaller, or the slot larger and flash the board anew',
  });

/** What the app says, in words. */
const ANSWERS: Readonly<Record<number, readonly [what: string, fix: string]>> = {
  [update.UPDATE_NOT_CONFIGURED]: ['it has no `update` in its config', 'give it update: true, and flash it'],
  [update.UPDATE_OUT_OF_RANGE]: ['the image is larger than its slot', 'make the program smaller'],
  [update.UPDATE_ON_TRIAL]: [
    'it is itself on trial',
    'let it confirm (markBootSuccessful), or reset the board: the image of before comes back',
  ],
  [update.UPDATE_NOT_ERASED]: ['its download slot was not erased', 'send again'],
  [update.UPDATE_INVALID_IMAGE]: ['the image cannot be started', 'send the .bin of an app of this project'],
  [update.UPDATE_FLASH_ERROR]: ['its flash does not take the image', 'the flash may be worn out: try again'],
  [update.UPDATE_STATE_ERROR]: ['its journal cannot be written', 'the flash may be worn out: try again'],
  [update.UPDATE_WRITTEN_BEFORE]: ['a place was written twice', 'send again'],
  [TRANSFER_UNKNOWN]: ['it does not know the command', 'build app and host with the same version'],
  [TRANSFER_OUT_OF_ORDER]: ['it was reset meanwhile', 'send again'],
  [TRANSFER_WRONG_CRC]: ['its flash does not hold what was sent', 'the flash may be worn out: try again'],
  [TRANSFER_UNALIGNED]: ['an offset is no multiple of 8', 'build app and host with the same version'],
};

export function refused(step: string, status: number, at?: number): Diagnostic {
  const [why, fix] = ANSWERS[status] ?? ['it says nothing more', 'build app and host with the same version'];
  const where = at === undefined ? '' : ` at byte ${at}`;
  return error('SND004', `the app refuses the image: ${why}`, {
    got: `answer ${status} to \`${step}\`${where}`,
    fix,
  });
}

export const lineIsDead = (kind: number, times: number) =>
  error('SND005', 'the app no longer answers', {
    got: `${times} times no reply to \`${kind === TRANSFER_BEGIN ? 'begin' : kind === TRANSFER_DATA ? 'data' : 'install'}\``,
    why: 'the app that runs is whole: nothing was installed',
    fix: 'send again; if it happens again, look for noise on the line, or for an app that is busy for seconds',
  });

export const resetAgain = (restarts: number) =>
  error('SND006', 'the app is reset again and again', {
    got: `the transfer was begun ${restarts + 1} times`,
    fix: 'look for its watchdog (feedWatchdog in the main loop) or its supply',
  });

export const notUpdatable = () =>
  error('SND007', 'the app cannot be updated', {
    got: 'it has no download slot',
    fix: 'give it update: true in the config, and flash it',
  });

export const otherVersion = (version: number | undefined) =>
  error('SND008', 'the app speaks another version of the transfer', {
    got: version === undefined ? 'a shorter greeting' : `version ${version}; this program speaks ${TRANSFER_VERSION}`,
    fix: 'use the kickstage with which the app was built',
  });
