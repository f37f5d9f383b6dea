/** What the pictures of a map, as text and as SVG, say in words. */
import type { LayoutMemory } from './layout.ts';
import type { MapData, MapImage } from './map-data.ts';

/** `128K`, or bytes where it is no whole number of KiB: `65,472`. */
export function shortSize({ start, end }: { readonly start: number; readonly end: number }): string {
  const size = end - start;
  return size % 1024 === 0 ? `${size / 1024}K` : grouped(size);
}

/** Digits in groups of three: `11,904`. */
export function grouped(value: number | undefined): string {
  return value === undefined ? '' : String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function freeText(bytes: number): string {
  return bytes === 0 ? 'none free' : `${shortSize({ start: 0, end: bytes })} free`;
}

/** What is special about an image: `default`, `shares S5 with app2`. */
export function remarksOf(data: MapData, image: MapImage): string[] {
  const sharing = image.sharedSectors.map((sector) => {
    const others = data.images.filter((other) => other !== image && other.sectors.includes(sector));
    return `shares S${sector} with ${others.map((other) => other.name).join(', ')}`;
  });
  return [...(image.default ? ['default'] : []), ...sharing];
}

/** What sets a memory that no image uses apart, in few words. */
export function factsOf(memory: LayoutMemory): string {
  return memory.kind === 'ram' ? `for ${usesOf(memory)}` : externalFacts(memory).join(', ');
}

function usesOf({ executable, coreCoupled }: { readonly executable: boolean; readonly coreCoupled: boolean }): string {
  if (executable) return coreCoupled ? 'data and code, not for DMA' : 'data, code and DMA';
  return coreCoupled ? 'data only, not for code or DMA' : 'data and DMA, not for code';
}

/** Sectors, units and connection of external flash, one fact each. */
export function externalFacts(memory: Extract<LayoutMemory, { kind: 'external-flash' }>): string[] {
  const { sectors, writeSize, pageSize, connection } = memory;
  const runs = sectors.map(({ count, size }) => `${count} x ${shortSize({ start: 0, end: size })}`);
  return [
    `sectors ${runs.join(' + ')}`,
    `write unit ${writeSize}`,
    `page ${pageSize}`,
    `on ${connection.port} (${connection.select})`,
    'addresses of its own',
  ];
}
