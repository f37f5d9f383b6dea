/** Which images the user wants flashed. */
import { nearMiss } from '@kickstage/base/near-miss';
import type { Layout } from '@kickstage/memory-map/layout';
import { CommandFailure } from '../command-context.ts';

const ALL = 'all';

/** Names of images in the map's order. Nothing named, or `all`: all that have a source. */
export function selectImages(names: readonly string[], layout: Layout): string[] {
  const images = [layout.bootloader, ...layout.apps];
  const built = images.filter(({ entry }) => entry !== undefined).map(({ name }) => name);
  if (names.length === 0 || names.includes(ALL)) return built;
  const known = images.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name)) throw new CommandFailure([unknownImage(name, [...known, ALL])]);
    if (!built.includes(name)) throw new CommandFailure([withoutImage(name)]);
  }
  return known.filter((name) => names.includes(name));
}

function unknownImage(name: string, known: readonly string[]) {
  const near = nearMiss(name, known);
  return {
    code: 'CLI008',
    severity: 'error' as const,
    what: `there is no image \`${name}\``,
    got: `the images are ${known.join(', ')}`,
    fix: near ? `did you mean ${near}?` : 'name one of them',
  };
}

function withoutImage(name: string) {
  return {
    code: 'FLS022',
    severity: 'error' as const,
    what: `there is no image of \`${name}\` to flash`,
    at: { path: `apps.${name}` },
    why: 'the slot has no entry in the config: its image is built elsewhere',
    fix: 'flash it with the tools that built it, or give it an entry',
  };
}
