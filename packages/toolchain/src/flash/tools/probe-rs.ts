/**
 * probe-rs (the command line of 0.29 and later: `read` writes files, `download` takes raw bytes at an address). Which
 * chip is there is read from its own identity register; probe-rs itself believes what --chip says.
 */
import { type FlashTool, hex, lastMatch, numberIn, type ToolProgress, type ToolTarget } from '../tool.ts';

/** DBGMCU_IDCODE of ST's Cortex-M3 and M4 parts (RM0383 Rev 3, 23.6.1). */
const DBGMCU_IDCODE = 0xe004_2000;

const chipOf = ({ part }: ToolTarget): string[] => ['--non-interactive', '--chip', part ?? ''];

const PHASES: Readonly<Record<string, ToolProgress['phase']>> = {
  Erasing: 'erase',
  Programming: 'write',
  Verifying: 'verify',
  Reading: 'read',
};

export const probeRs: FlashTool = {
  name: 'probe-rs',
  programs: ['probe-rs'],
  reads: true,
  fileFormat: 'bin',
  version: ['probe-rs', '--version'],
  list: ['probe-rs', 'list'],
  lacks: ({ part }) => (part ? undefined : "the board has no name of its exact part (`part: 'STM32F411CEUx'`)"),
  detect: (target) => [
    ['probe-rs', 'list'],
    ['probe-rs', 'read', ...chipOf(target), 'b32', hex(DBGMCU_IDCODE), '1'],
  ],
  readDetect: ([list, register]) => {
    const value = register.match(/\b[0-9a-f]{8}\b(?!:)/gi)?.at(-1);
    const name = /^\[\d+\]: (.+)$/m.exec(list)?.[1];
    return {
      found: /^\[\d+\]:/m.test(list),
      ...(value === undefined ? {} : { deviceId: Number.parseInt(value, 16) & 0xfff }),
      ...(name === undefined ? {} : { name }),
    };
  },
  read: (target, { start, end }, file) => {
    const words = String((end - start) / 4);
    return ['probe-rs', 'read', ...chipOf(target), '--output', file, '--format', 'binary', 'b32', hex(start), words];
  },
  write: (target, piece, file) => {
    const format = ['--binary-format', 'bin', '--base-address', hex(piece.start)];
    return ['probe-rs', 'download', ...chipOf(target), ...format, file];
  },
  reset: (target) => ['probe-rs', 'reset', ...chipOf(target)],
  progress: (output) => {
    const last = lastMatch(
      output,
      /(Erasing|Programming|Verifying|Reading)(?: flash)?\b[^\n\r%]*?(?:(\d+)%)?(?=[\r\n[ ]|$)/g,
    );
    if (!last) return undefined;
    const after = output.slice(last.index);
    const percent = numberIn(after, /^[^\n\r]*?(\d+)%/);
    return { phase: PHASES[last[1]], ...(percent === undefined ? {} : { percent }) };
  },
};
