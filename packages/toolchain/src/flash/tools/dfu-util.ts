/**
 * dfu-util against the factory's USB bootloader (dfu-util(1) of 0.11; ST AN3156, USB DFU protocol). The device tells its
 * erase sectors in the name of its alternate setting: `@Internal Flash  /0x08000000/04*016Kg,01*064Kg,03*128Kg`, which is
 * how a wrong chip is noticed: DFU has no chip id. A file that is read must not exist before.
 */
import type { AddressRange } from '@kickstage/base/ranges';
import { type FlashTool, hex, lastMatch, type ToolTarget } from '../tool.ts';

const id = (value: number) => value.toString(16).padStart(4, '0');

function device({ chip }: ToolTarget): string[] {
  return ['-d', chip.dfu ? `${id(chip.dfu.vendor)}:${id(chip.dfu.product)}` : '', '-a', '0'];
}

const UNITS: Readonly<Record<string, number>> = { ' ': 1, B: 1, K: 1024, M: 1024 * 1024 };

/** Sectors as an alternate setting's name tells them (UM0424, 10.3.2); undefined when it cannot be read. */
export function parseDfuSectors(name: string): AddressRange[] | undefined {
  const match = /^@[^/]*\/(0x[0-9a-f]+)\/(.+)$/i.exec(name);
  if (!match) return undefined;
  const sectors: AddressRange[] = [];
  let at = Number(match[1]);
  for (const run of match[2].split(',')) {
    const parts = /^(\d+)\*(\d+)([ BKM])[a-g]$/.exec(run);
    if (!parts) return undefined;
    const size = Number(parts[2]) * UNITS[parts[3]];
    for (let i = 0; i < Number(parts[1]); i++, at += size) sectors.push({ start: at, end: at + size });
  }
  return sectors;
}

export const dfuUtil: FlashTool = {
  name: 'dfu-util',
  programs: ['dfu-util'],
  reads: true,
  fileFormat: 'bin',
  version: ['dfu-util', '--version'],
  list: ['dfu-util', '--list'],
  lacks: ({ chip }) => (chip.dfu ? undefined : `${chip.name} has no USB bootloader that we know of (dfu)`),
  detect: () => [['dfu-util', '--list']],
  readDetect: ([output], { chip }) => {
    if (!chip.dfu) return { found: false };
    const found = output
      .split('\n')
      .filter((line) => line.includes(`Found DFU: [${id(chip.dfu!.vendor)}:${id(chip.dfu!.product)}]`));
    const name = found.map((line) => /alt=0, name="([^"]*)"/.exec(line)?.[1]).find((text) => text !== undefined);
    const sectors = name === undefined ? undefined : parseDfuSectors(name);
    return { found: found.length > 0, ...(name ? { name } : {}), ...(sectors ? { sectors } : {}) };
  },
  read: (target, { start, end }, file) => [
    'dfu-util',
    ...device(target),
    '-s',
    `${hex(start)}:${end - start}`,
    '-U',
    file,
  ],
  write: (target, piece, file) => ['dfu-util', ...device(target), '-s', hex(piece.start), '-D', file],
  reset: (target, scratch) => {
    const { start } = target.layout.flash;
    return ['dfu-util', ...device(target), '-s', `${hex(start)}:8:leave`, '-U', scratch];
  },
  progress: (output) => {
    const last = lastMatch(output, /(Erase|Download|Upload)\s*\[[= ]*\]\s*(\d+)%/g);
    if (!last) return undefined;
    const phase = last[1] === 'Erase' ? 'erase' : last[1] === 'Download' ? 'write' : 'read';
    return { phase, percent: Number(last[2]) };
  },
};
