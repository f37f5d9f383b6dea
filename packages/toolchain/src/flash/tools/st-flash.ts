/**
 * st-flash and st-info of the stlink project (doc/tutorial.md and man pages of 1.7 and 1.8). Writes begin at a sector's
 * start; lengths are hex. It erases the sectors that the file touches and reads them again by itself.
 */
import { type FlashTool, hex, lastMatch, numberIn } from '../tool.ts';

export const stFlash: FlashTool = {
  name: 'st-flash',
  programs: ['st-flash', 'st-info'],
  reads: true,
  fileFormat: 'bin',
  version: ['st-flash', '--version'],
  list: ['st-info', '--probe'],
  lacks: () => undefined,
  detect: () => [['st-info', '--probe']],
  readDetect: ([output]) => {
    const id = numberIn(output, /chipid:\s+(0x[0-9a-f]+)/i);
    const flashSize = numberIn(output, /flash:\s+(\d+)/i);
    const name = /(?:dev-type|descr):\s+(\S.*)/.exec(output)?.[1].trim();
    return {
      found: (numberIn(output, /Found (\d+) stlink/i) ?? 0) > 0,
      ...(id === undefined ? {} : { deviceId: id & 0xfff }),
      ...(flashSize === undefined ? {} : { flashSize }),
      ...(name === undefined ? {} : { name }),
    };
  },
  read: (_target, { start, end }, file) => ['st-flash', 'read', file, hex(start), hex(end - start)],
  write: (_target, piece, file) => ['st-flash', 'write', file, hex(piece.start)],
  reset: () => ['st-flash', 'reset'],
  progress: (output) => {
    const pages = lastMatch(output, /(\d+)\/(\d+)\s+(?:half)?pages written/g);
    if (/Starting verification/.test(output)) return { phase: 'verify' };
    if (pages) return { phase: 'write', percent: percent(Number(pages[1]), Number(pages[2])) };
    if (/Starting Flash write|flash loader in sram/.test(output)) return { phase: 'write' };
    return /Flash page at addr|Attempting to write|EraseFlash/.test(output) ? { phase: 'erase' } : undefined;
  },
};

const percent = (done: number, all: number) => (all === 0 ? 100 : Math.min(100, Math.round((100 * done) / all)));
