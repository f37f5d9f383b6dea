/** What a config may say about updates. */

/** How a new image comes into an app's slot, and the old one back; docs/updates.md compares them. */
export const STRATEGIES = ['direct', 'alternate', 'swap', 'overwrite'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface AppUpdateConfig {
  /** Without it: the one with the fewest erases for which there is room. */
  readonly strategy?: Strategy;
  /** Where downloads go; `internal` when absent. */
  readonly memory?: 'internal' | 'external';
  /** `swap`: use a scratch area even where images could be exchanged by offset. */
  readonly scratch?: boolean;
}

export interface UpdatesConfig {
  /** Where the state of updates is kept; `journal` when absent. `ram` forgets it when power fails. */
  readonly state?: 'journal' | 'ram';
  /** A firmware module of the project in place of the state channel: `boot/my-state.ts`. */
  readonly stateModule?: string;
  /** A firmware module of the project in place of the storage: `boot/my-storage.ts`. */
  readonly storageModule?: string;
  /** Milliseconds, 8 to 32760, after which the watchdog resets an app on trial that does not feed it; none when absent. */
  readonly trialWatchdog?: number;
}

/** Bytes of a record in the journal; what one update may write, beside the steps of an exchange. */
export const RECORD_SIZE = 32;
export const RECORDS_PER_UPDATE = 16;
/** More apps cannot be updated: the journal has four bits for each. */
export const MAX_UPDATABLE = 8;
/** The state in RAM: five words and their CRC, in a multiple of the stack's alignment. */
export const RAM_STATE_SIZE = 24;
