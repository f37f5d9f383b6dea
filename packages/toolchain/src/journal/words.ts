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
  'last update refused: wrong signature or digest',
] as const;

/** An updatable app, as far as words need it. */
export interface AppName {
  readonly name: string;
  /** `direct`, `alternate` and so on; undefined where it is not known. */
  readonly strategy?: string;
}

export function appText({ phase, second, outcome }: AppRecord, { strategy }: Pick<AppName, 'strategy'> = {}): string {
  const place = placeText(strategy, second);
  return [PHASES[phase], OUTCOMES[outcome] ?? `outcome ${outcome}, which there is not`, ...(place ? [place] : [])].join(
    '; ',
  );
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
      return `header, generation ${slot.generation}${slot.version === 1 ? '' : `, format ${slot.version}: unknown`}${SEALS[slot.seal]}`;
    default:
      return `${stateText(slot.state, names)}${SEALS[slot.seal]}`;
  }
}
