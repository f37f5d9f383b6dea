/** What the journal says, in words. */
import { formatSize } from '@kickstage/base/hex';
import type { AppRecord, JournalSlot, JournalState } from './read.ts';

/** By PHASE_... of packages/abi/src/update.ts. */
export const PHASES = [
  'confirmed',
  'download under way',
  'update requested, on trial',
  'update requested, for good',
  'update in place, not started yet',
  'on trial: started, not confirmed',
  'to be taken back',
  'phase 7, which there is not',
] as const;

/** By OUTCOME_... */
export const OUTCOMES = [
  'never updated',
  'last update confirmed',
  'last update taken back',
  'last update refused: the download could not be started',
  'last update failed: flash could not be written',
  'last update refused: the journal said what cannot be',
  'outcome 6, which there is not',
  'last update refused: no image, or malformed',
  'last update refused: damaged or changed',
  'last update refused: a signature does not verify',
  'last update refused: no trusted key has signed',
  'last update refused: older version',
  'last update refused: lower security counter',
  'last update refused: made for another slot',
] as const;

/** An updatable app, as far as words need it. */
export interface AppName {
  readonly name: string;
  /** `direct`, `alternate` and so on; undefined where it is not known. */
  readonly strategy?: string;
}

export function appText(app: AppRecord, { strategy }: Pick<AppName, 'strategy'> = {}): string {
  const { phase, second, outcome, counter } = app;
  const place = placeText(strategy, second);
  return [
    PHASES[phase],
    OUTCOMES[outcome] ?? `outcome ${outcome}, which there is not`,
    ...(place ? [place] : []),
    ...(counter === undefined ? [] : [`security counter ${counter} or higher`]),
    ...fingerprintText(app),
  ].join('; ');
}

function fingerprintText({ fingerprint }: AppRecord): string[] {
  if (fingerprint === undefined) return [];
  if (fingerprint === 0) return ['to be verified at its next start'];
  return [`verified, fingerprint ${fingerprint.toString(16).padStart(8, '0')}`];
}

function placeText(strategy: string | undefined, second: boolean): string | undefined {
  if (strategy === 'direct') return `confirmed image in ${second ? 'the download slot' : "the app's slot"}`;
  if (strategy === 'alternate') return `its copy in download${second ? 1 : 0}`;
  return second ? 'second bank or copy in use' : undefined;
}

export function stateText(state: JournalState, names: readonly AppName[]): string {
  const parts = names.map((app, n) => `${app.name}: ${appText(state.apps[n], app)}`);
  if (state.work) {
    const { app, progress, newLength, oldLength } = state.work;
    const name = names[app]?.name ?? `app ${app}`;
    const lengths = newLength + oldLength > 0 ? `, ${formatSize(newLength)} in, ${formatSize(oldLength)} out` : '';
    parts.push(`at work on ${name}: ${progress - 1} steps done${lengths}`);
  }
  return parts.join(' · ');
}

const formatText = (version: number) =>
  version === 1 ? '' : version === 2 ? ', format 2' : `, format ${version}: unknown`;

const SEALS = { none: ', no seal yet', torn: ', seal cut short', whole: '' } as const;

/** One line for a slot that is not erased. */
export function slotText(slot: JournalSlot, names: readonly AppName[]): string {
  switch (slot.kind) {
    case 'erased':
      return 'erased';
    case 'void':
      return 'void: made unusable, for a power failure may have left something here';
    case 'torn':
      return 'torn: its check sum is wrong';
    case 'header':
      return `header, generation ${slot.generation}${formatText(slot.version)}${SEALS[slot.seal]}`;
    default:
      return `${stateText(slot.state, names)}${SEALS[slot.seal]}`;
  }
}
