/**
 * OpenOCD (manual of 0.12, chapters 12 "Flash Commands" and 15.4 "Memory access"). Each command line is one connection:
 * connect, do one thing, leave. Reading lets the firmware run, so that a refused call leaves the board as it was; writing
 * halts it. It says nothing while it programs, so progress is told piece by piece.
 */
import { type FlashTool, hex, lastMatch, numberIn, type ToolProgress, type ToolTarget } from '../tool.ts';

/** Connects by the interface's configuration and the chip's; stlink's knows its transport, others are told. */
function session({ chip, probe }: ToolTarget, commands: readonly string[]): string[] {
  const transport = probe.startsWith('stlink') ? [] : ['-c', 'transport select swd'];
  const files = ['-f', `interface/${probe}.cfg`, ...transport, '-f', `target/${chip.tools?.openocdTarget}.cfg`];
  return ['openocd', ...files, ...commands.flatMap((command) => ['-c', command])];
}

const PHASES: readonly (readonly [RegExp, ToolProgress])[] = [
  [/^(?:auto erase enabled)/m, { phase: 'erase' }],
  [/^wrote \d+ bytes from file/m, { phase: 'write', percent: 100 }],
  [/^dumped \d+ bytes/m, { phase: 'read', percent: 100 }],
];

export const openocd: FlashTool = {
  name: 'openocd',
  programs: ['openocd'],
  reads: true,
  fileFormat: 'bin',
  version: ['openocd', '--version'],
  list: undefined,
  lacks: ({ chip }) => (chip.tools ? undefined : `${chip.name} has no OpenOCD target name (tools.openocdTarget)`),
  detect: (target) => [session(target, ['init', 'flash probe 0', 'shutdown'])],
  readDetect: ([output]) => {
    const id = numberIn(output, /device id = (0x[0-9a-f]+)/i);
    const kib = numberIn(output, /flash size = (\d+) (?:KiB|kbytes)/i);
    return {
      found: id !== undefined || /flash '.+' found at/.test(output),
      ...(id === undefined ? {} : { deviceId: id & 0xfff }),
      ...(kib === undefined ? {} : { flashSize: kib * 1024 }),
    };
  },
  read: (target, { start, end }, file) =>
    session(target, ['init', `dump_image ${file} ${hex(start)} ${hex(end - start)}`, 'shutdown']),
  write: (target, piece, file) =>
    session(target, ['init', 'reset halt', `flash write_image erase ${file} ${hex(piece.start)} bin`, 'shutdown']),
  reset: (target) => session(target, ['init', 'reset run', 'shutdown']),
  progress: (output) => {
    let latest: { at: number; progress: ToolProgress } | undefined;
    for (const [pattern, progress] of PHASES) {
      const at = lastMatch(output, new RegExp(pattern.source, 'gm'))?.index ?? -1;
      if (at >= 0 && at >= (latest?.at ?? -1)) latest = { at, progress };
    }
    return latest?.progress;
  },
};
