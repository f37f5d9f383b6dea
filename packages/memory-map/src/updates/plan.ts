/**
 * Plans updates: for each app that has an `update`, its strategy and its regions. Where the config names no strategy, the
 * ones are tried in the order of the erases that an update costs; the first for which all regions find room is taken.
 */
import { rangeSize } from '@kickstage/base/ranges';
import type { AppConfig } from '../define.ts';
import type { LayoutRecord, LayoutSector, LayoutUpdate, StorageRange } from '../layout.ts';
import type { LockFile } from '../lock.ts';
import type { Failure } from '../place.ts';
import { chunkOf } from './chunks.ts';
import { RECORDS_PER_UPDATE, type Strategy } from './config.ts';
import { recordOf, slotSizeOf } from './record.ts';
import { placeRegions, type RegionRequest, type RegionSpace } from './regions.ts';

export interface UpdatableApp {
  readonly name: string;
  readonly config: AppConfig;
  readonly slot: { readonly start: number; readonly end: number };
  readonly vectorCount: number;
}

export interface UpdatePlan {
  readonly updates: ReadonlyMap<string, LayoutUpdate>;
  readonly regions: ReadonlyMap<string, StorageRange>;
  readonly journal?: readonly [StorageRange, StorageRange];
  readonly record?: LayoutRecord;
  readonly scratch?: StorageRange;
  readonly failures: readonly Failure[];
}

export const EMPTY_PLAN: UpdatePlan = { updates: new Map(), regions: new Map(), failures: [] };

/** What is tried where the config leaves it open, fewest erases first; without a way back never unasked. */
const PREFERRED: readonly Strategy[] = ['direct', 'alternate', 'swap'];

export interface PlanInput {
  readonly apps: readonly UpdatableApp[];
  readonly space: RegionSpace;
  readonly needsJournal: boolean;
  readonly lock?: LockFile;
}

export function planUpdates(input: PlanInput): UpdatePlan {
  if (input.apps.length === 0) return EMPTY_PLAN;
  const wanted = PREFERRED.filter(
    (strategy, i) => i === 0 || input.apps.some((app) => isOpen(app) && fits(app, strategy)),
  );
  let first: UpdatePlan | undefined;
  for (const strategy of wanted) {
    for (const byScratch of [false, true]) {
      const plan = withScratch(input, strategy, byScratch);
      if (plan.failures.length === 0) return plan;
      first ??= plan;
    }
  }
  return first ?? EMPTY_PLAN;
}

const isOpen = ({ config }: UpdatableApp) => updateOf(config).strategy === undefined;
/** An image that runs where it was downloaded must be in the processor's address space. */
const fits = ({ config }: UpdatableApp, strategy: Strategy) =>
  strategy !== 'direct' || updateOf(config).memory !== 'external';

export function updateOf({ update }: AppConfig) {
  return typeof update === 'object' ? update : {};
}

function strategyFor(app: UpdatableApp, preferred: Strategy): Strategy {
  const { strategy } = updateOf(app.config);
  if (strategy !== undefined) return strategy;
  return fits(app, preferred) ? preferred : 'alternate';
}

/** What chunks an exchange has is known when the regions have their places: scratch is made large enough for them then. */
function withScratch(input: PlanInput, preferred: Strategy, byScratch: boolean): UpdatePlan {
  const plan = tryPlan(input, preferred, byScratch, 0);
  const largest = Math.max(0, ...[...plan.updates.values()].map(({ chunk, offset }) => (offset === 0 ? chunk : 0)));
  const isTooSmall = plan.scratch !== undefined && rangeSize(plan.scratch) < largest;
  return isTooSmall ? tryPlan(input, preferred, byScratch, largest) : plan;
}

/**
 * All apps with an open strategy take `preferred`; exchanges go through scratch where they must, or `byScratch`; scratch
 * has `leastScratch` bytes or more.
 */
function tryPlan(input: PlanInput, preferred: Strategy, byScratch: boolean, leastScratch: number): UpdatePlan {
  const { apps, space, needsJournal, lock } = input;
  const chosen = apps.map((app) => {
    const strategy = strategyFor(app, preferred);
    const scratch = strategy === 'swap' && (byScratch || updateOf(app.config).scratch === true);
    return { app, strategy, offset: strategy === 'swap' && !scratch ? offsetOf(app, space) : 0 };
  });
  const downloads = chosen.flatMap(({ app, strategy, offset }) => downloadRequests(app, strategy, offset));
  const needed = Math.max(0, ...chosen.map(({ app, strategy, offset }) => scratchFor(app, strategy, offset, space)));
  const scratchSize = needed === 0 ? 0 : Math.max(needed, leastScratch);
  const requests: RegionRequest[] = [
    ...downloads,
    ...(scratchSize > 0 ? [{ name: 'scratch', size: scratchSize, vectorCount: 0, memory: 'internal' as const }] : []),
    ...(needsJournal ? journalRequests(apps, space) : []),
  ].map((request) => ({ ...request, ...lockedRegion(lock, request) }));
  const { places, failures } = placeRegions(space, requests);
  const scratch = places.get('scratch');
  const updates = new Map<string, LayoutUpdate>();
  const late: Failure[] = [];
  chosen.forEach(({ app, strategy, offset }, index) => {
    const slots = downloads
      .filter(({ name }) => regionOwner(name) === app.name)
      .flatMap(({ name }) => places.get(name) ?? []);
    const chunk = strategy === 'swap' && slots[0] ? (offset > 0 ? offset : chunkOf(app.slot, slots[0], space)) : 0;
    if (strategy === 'swap' && offset === 0 && scratch && chunk > rangeSize(scratch))
      late.push({
        kind: 'no-room',
        request: { name: 'scratch', size: chunk, vectorCount: 0 },
        largest: rangeSize(scratch),
      });
    updates.set(app.name, {
      index,
      strategy,
      chosen: isOpen(app) ? 'fewest-erases' : 'config',
      downloads: slots,
      offset,
      chunk,
      capacity: rangeSize(app.slot),
    });
  });
  const [first, second] = [places.get('journal.0'), places.get('journal.1')];
  const record = recordOf(apps.map(({ config }) => config));
  return {
    updates,
    regions: places,
    ...(first && second ? { journal: [first, second] as const } : {}),
    ...(record ? { record } : {}),
    ...(scratch ? { scratch } : {}),
    failures: [...failures, ...late],
  };
}

export const regionOwner = (name: string) => name.slice(0, name.lastIndexOf('.'));

function lockedRegion(lock: LockFile | undefined, { name, memory }: RegionRequest) {
  const kept = lock?.regions?.[name];
  if (!kept || (kept.memory ?? 'internal') !== memory) return {};
  return { locked: { id: 0, start: kept.start, size: kept.size } };
}

function downloadRequests(
  { name, config, slot, vectorCount }: UpdatableApp,
  strategy: Strategy,
  offset: number,
): RegionRequest[] {
  const { memory = 'internal' } = updateOf(config);
  const size = rangeSize(slot) + offset;
  if (strategy === 'alternate')
    return [0, 1].map((n) => ({ name: `${name}.download${n}`, size, vectorCount: 0, memory }));
  return [{ name: `${name}.download`, size, vectorCount: strategy === 'direct' ? vectorCount : 0, memory }];
}

/** Bytes that an exchange by offset shifts downloads by: the sectors of the app's slot, all of one size; 0 where they are not. */
function offsetOf({ config, slot }: UpdatableApp, { internal, external }: RegionSpace): number {
  const own = sizesIn(internal, slot);
  if (own.length !== 1) return 0;
  const [size] = own;
  if (updateOf(config).memory !== 'external') return size;
  return external.every((sector) => size % (sector.end - sector.start) === 0) ? size : 0;
}

function sizesIn(sectors: readonly LayoutSector[], range: { start: number; end: number }): number[] {
  const inside = sectors.filter(({ start, end }) => start >= range.start && end <= range.end);
  return [...new Set(inside.map(({ start, end }) => end - start))];
}

/** Bytes of scratch that an app's exchange needs: its largest sector, at least. */
function scratchFor(app: UpdatableApp, strategy: Strategy, offset: number, { internal }: RegionSpace): number {
  return strategy === 'swap' && offset === 0 ? Math.max(...sizesIn(internal, app.slot)) : 0;
}

/** Two halves, each with room for the records of one update of the app with the most sectors. */
function journalRequests(apps: readonly UpdatableApp[], { internal }: RegionSpace): RegionRequest[] {
  const sectors = Math.max(
    ...apps.map(({ slot }) => internal.filter(({ start, end }) => start >= slot.start && end <= slot.end).length),
  );
  const size = (3 * sectors + RECORDS_PER_UPDATE) * slotSizeOf(recordOf(apps.map(({ config }) => config)));
  return [0, 1].map((n) => ({ name: `journal.${n}`, size, vectorCount: 0, memory: 'internal' }));
}
