/** Options of `kickstage send`, read and checked. */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { parseDuration } from '@kickstage/testbench/press';
import { CommandFailure } from '../command-context.ts';

export interface RawSendOptions {
  readonly port?: string;
  readonly board?: string;
  readonly keep?: string;
  readonly baud?: string;
  readonly permanent?: boolean;
  readonly for?: string;
}

export interface SendSettings {
  /** Where to: the virtual board when absent. */
  readonly port?: string;
  readonly keep?: string;
  readonly baud: number;
  readonly permanent: boolean;
  /** Seconds for which the app is listened to afterwards. */
  readonly seconds: number;
}

const DEFAULT_BAUD = 115_200;
const DEFAULT_SECONDS = 8;

export function readSendOptions({ port, board, keep, baud, permanent, ...raw }: RawSendOptions): SendSettings {
  const problems: Diagnostic[] = [];
  const wrong = (what: string, fix: string) => problems.push({ code: 'CLI004', severity: 'error', what, fix });
  if (board !== undefined && board !== 'virtual') wrong(`there is no board \`${board}\``, '--board virtual, or --port');
  if (port === undefined && board === undefined)
    wrong('where to is not said', '--port /dev/ttyACM0, --port tcp:127.0.0.1:PORT, or --board virtual');
  if (port !== undefined && board !== undefined) wrong('--port and --board do not go together', 'name one of them');
  if (keep !== undefined && port !== undefined)
    wrong('--keep is for the virtual board', 'leave it out, or use --board');
  const rate = baud === undefined ? DEFAULT_BAUD : Number(baud);
  if (!Number.isSafeInteger(rate) || rate <= 0) wrong(`--baud ${baud} is no rate`, '--baud 115200');
  const seconds = raw.for === undefined ? DEFAULT_SECONDS : parseDuration(raw.for);
  if (seconds === undefined || seconds < 0) wrong(`--for ${raw.for} is no time`, '--for 5s');
  if (problems.length > 0) throw new CommandFailure(problems);
  return {
    ...(port === undefined ? {} : { port }),
    ...(keep === undefined ? {} : { keep }),
    baud: rate,
    permanent: permanent === true,
    seconds: seconds!,
  };
}
