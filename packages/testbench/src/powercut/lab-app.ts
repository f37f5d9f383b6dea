/** The app under test as the host plays it: through the update library, with calls and bytes as an app would have them. */
import type { Subject } from './device.ts';
import type { Ending } from './firmware-host.ts';
import type { LabImage } from './images.ts';

/** Lengths of pieces, in turn: whole units, and parts of them. */
const PIECES = [200, 61, 3, 136];

export interface AppResult {
  /** UPDATE_... of the call that failed; 0 where none did. */
  readonly status: number;
  readonly ending?: Ending;
  /** Operations at which the last call, the one that commits, began. */
  readonly commitFrom: number;
}

/** Downloads an image in pieces of odd lengths and asks for the update. */
export function downloadAndRequest(device: Subject, image: LabImage, permanent: boolean): AppResult {
  const app = device.app();
  const fail = (status: number): AppResult => ({ status, commitFrom: device.operations.length });
  const erased = numberOf(app.call('updateErase'));
  if (erased !== 0) return fail(erased);
  const bytes = image.bytesAt(device.isDirect ? numberOf(app.call('updateAddress')) : device.subject.slot.start);
  const buffer = device.appBuffer;
  for (let at = 0, n = 0; at < bytes.length; at += PIECES[n++ % PIECES.length]) {
    const part = bytes.subarray(at, at + PIECES[n % PIECES.length]);
    app.memory.set(part, buffer);
    const written = numberOf(app.call('updateWrite', at, buffer, part.length));
    if (written !== 0) return fail(written);
  }
  const flushed = numberOf(app.call('updateFlush'));
  if (flushed !== 0) return fail(flushed);
  const commitFrom = device.operations.length;
  return ended(app.call('request', permanent ? 1 : 0), commitFrom);
}

export function confirm(device: Subject): AppResult {
  return ended(device.app().call('markBootSuccessful'), 0);
}

export function askForRevert(device: Subject): AppResult {
  return ended(device.app().call('revert'), 0);
}

/** PHASE_... as the app sees it. */
export function phaseSeen(device: Subject): number {
  return numberOf(device.app().call('updateState'));
}

/** OUTCOME_... of the last update as the app sees it. */
export function outcomeSeen(device: Subject): number {
  return numberOf(device.app().call('updateOutcome'));
}

function ended(result: Ending | number, commitFrom: number): AppResult {
  return typeof result === 'number' ? { status: result, commitFrom } : { status: 0, ending: result, commitFrom };
}

function numberOf(result: Ending | number): number {
  if (typeof result === 'number') return result;
  throw new Error(`the app ended: ${result.how}`);
}
