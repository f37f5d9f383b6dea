/**
 * Which app to start. Pure: the answer depends on the request and on the slots' states only, nothing is written. The
 * wanted app is the requested one, else the default. Where it is not plausible, the others are tried in the config's
 * order; where none is, the answer is to halt. An unknown request never means "boot that".
 *
 * A decision is one word, laid out as the report of the magic-word protocol:
 *
 *   31      24 23      16 15       8 7        0
 *   ┌─────────┬──────────┬──────────┬──────────┐
 *   │    0    │   slot   │  reason  │  status  │   slot: NO_SLOT to halt; status: of the wanted app
 *   └─────────┴──────────┴──────────┴──────────┘
 */
import {
  MAGIC_REPORT_REASON_SHIFT,
  MAGIC_REPORT_SLOT_SHIFT,
  MAGIC_REPORT_STATUS_SHIFT,
  NO_SLOT,
} from 'kickstage/firmware/abi/mailbox';
import {
  REASON_DEFAULT,
  REASON_FALLBACK,
  REASON_HALT,
  REASON_MAILBOX,
  STATUS_OK,
  STATUS_UNKNOWN_APP,
} from 'kickstage/firmware/abi/status';
import { APP_COUNT, CHOICE_COUNT, choice, DEFAULT_APP } from 'kickstage/layout';
import { slotStatus } from './slot';

/** What to do on a request: an app's id, NO_SLOT for none, or anything else for an app that does not exist. */
export function decide(request: u32): u32 {
  const wanted = wantedApp(request);
  const status = wanted < APP_COUNT ? slotStatus(wanted) : STATUS_UNKNOWN_APP;
  if (status === STATUS_OK) {
    return decision(wanted, request === NO_SLOT ? REASON_DEFAULT : REASON_MAILBOX, STATUS_OK);
  }
  for (let n: u32 = 0; n < CHOICE_COUNT; n++) {
    const app = choice(n);
    if (app !== wanted && slotStatus(app) === STATUS_OK) return decision(app, REASON_FALLBACK, status);
  }
  return decision(NO_SLOT, REASON_HALT, status);
}

/** The app that a request means: the default where there is none. */
export function wantedApp(request: u32): u32 {
  return request === NO_SLOT ? DEFAULT_APP : request;
}

export function slotOf(decision: u32): u32 {
  return (decision >>> MAGIC_REPORT_SLOT_SHIFT) & 0xff;
}

export function reasonOf(decision: u32): u32 {
  return (decision >>> MAGIC_REPORT_REASON_SHIFT) & 0xff;
}

export function statusOf(decision: u32): u32 {
  return (decision >>> MAGIC_REPORT_STATUS_SHIFT) & 0xff;
}

function decision(slot: u32, reason: u32, status: u32): u32 {
  return (
    (slot << MAGIC_REPORT_SLOT_SHIFT) | (reason << MAGIC_REPORT_REASON_SHIFT) | (status << MAGIC_REPORT_STATUS_SHIFT)
  );
}
