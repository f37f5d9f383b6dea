/** The memory map in XML, as `qXfer:memory-map:read` gives it (GDB manual, appendix E.16). */
import type { MemoryRegion } from './target.ts';

const hex = (value: number) => `0x${value.toString(16)}`;

export function memoryMapXml(regions: readonly MemoryRegion[]): string {
  const head = [
    '<?xml version="1.0"?>',
    '<!DOCTYPE memory-map PUBLIC "+//IDN gnu.org//DTD GDB Memory Map V1.0//EN" "http://sourceware.org/gdb/gdb-memory-map.dtd">',
    '<memory-map>',
  ];
  return `${[...head, ...regions.map((region) => `  ${element(region)}`), '</memory-map>'].join('\n')}\n`;
}

function element(region: MemoryRegion): string {
  const open = `<memory type="${region.kind}" start="${hex(region.start)}" length="${hex(region.size)}"`;
  if (region.kind !== 'flash') return `${open}/>`;
  return `${open}><property name="blocksize">${hex(region.sectorSize)}</property></memory>`;
}
