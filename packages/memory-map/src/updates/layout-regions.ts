/** The regions of a layout's updates by name, as lock, map and tools call them. */
import type { Layout, StorageRange } from '../layout.ts';

export interface NamedRegion extends StorageRange {
  /** `app1.download`, `app1.download0`, `scratch`, `journal.0`. */
  readonly name: string;
}

/** In the order in which they are planned: downloads, scratch, journal. */
export function regionsOf({ apps, updates }: Layout): NamedRegion[] {
  const downloads = apps.flatMap(({ name, update }) =>
    (update?.downloads ?? []).map((range, n, all) => ({
      name: `${name}.download${all.length > 1 ? n : ''}`,
      ...range,
    })),
  );
  const { scratch, journal = [] } = updates ?? {};
  return [
    ...downloads,
    ...(scratch ? [{ name: 'scratch', ...scratch }] : []),
    ...journal.map((range, n) => ({ name: `journal.${n}`, ...range })),
  ];
}
