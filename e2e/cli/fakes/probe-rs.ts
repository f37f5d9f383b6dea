/** probe-rs 0.29. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { FakeBoard } from './board.ts';
import type { Console, FakeTool } from './fake-tool.ts';

/** Options that take a value, by subcommand; `--non-interactive` takes none. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  read: ['--chip', '--output', '--format'],
  download: ['--chip', '--binary-format', '--base-address'],
  reset: ['--chip'],
};

export const probeRs: FakeTool = ([verb, ...args], board, console) => {
  if (verb === '--version') {
    console.out('probe-rs 0.29.0 (git commit: 6fee4b6)');
    return 0;
  }
  if (verb === 'list') return list(board, console);
  const { options, words } = parse(OPTIONS[verb], args);
  if (options.get('--chip') !== 'STM32F411CEUx') throw new Error('another chip');
  const problem = attach(board);
  if (problem) {
    console.error(` WARN probe_rs: something\nError: ${problem}`);
    return 1;
  }
  if (verb === 'reset') return board.has('no-reset') ? 1 : 0;
  if (verb === 'read') return read(options, words, board, console);
  return download(options, words[0], board, console);
};

function parse(known: readonly string[], args: readonly string[]) {
  const options = new Map<string, string>();
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--non-interactive') continue;
    if (!args[i].startsWith('--')) words.push(args[i]);
    else if (known.includes(args[i])) options.set(args[i], args[++i]);
    else throw new Error(`probe-rs does not know ${args[i]}`);
  }
  return { options, words };
}

function list(board: FakeBoard, console: Console): number {
  if (board.has('no-device')) console.out('No debug probes were found.');
  else console.out('The following debug probes were found:\n[0]: STLink V2 -- 0483:3748:0667FF48 (ST-LINK)');
  return 0;
}

function attach(board: FakeBoard): string | undefined {
  if (board.has('permission'))
    return 'Failed to open the debug probe.\n\nCaused by:\n    0: A USB error occurred.\n    1: Permission denied (os error 13)';
  if (board.has('busy')) return 'Failed to open probe: Probe is already in use';
  if (board.has('no-voltage')) return 'Target voltage (VAPP) is 0.00 V. Is your target device powered?';
  if (board.has('no-connection'))
    return 'Connecting to the chip was unsuccessful.\n\nCaused by:\n    0: An ARM specific error occurred.\n    1: Target device did not respond to request.';
  return undefined;
}

function read(
  options: ReadonlyMap<string, string>,
  words: readonly string[],
  board: FakeBoard,
  console: Console,
): number {
  const [width, address, count] = words;
  if (width !== 'b32') throw new Error(`width ${width}`);
  if (Number(address) === 0xe0042000) {
    console.out(`e0042000: 1000${(0x6000 | board.deviceId).toString(16)}`);
    return 0;
  }
  if (options.get('--format') !== 'binary') throw new Error('no binary file');
  if (board.has('read-protected')) {
    console.error('Error: The core is locked');
    return 1;
  }
  writeFileSync(options.get('--output') ?? '', board.read(Number(address), Number(count) * 4));
  return 0;
}

function download(options: ReadonlyMap<string, string>, file: string, board: FakeBoard, console: Console): number {
  if (options.get('--binary-format') !== 'bin') throw new Error('no raw bytes');
  if (board.has('write-protected')) {
    console.error(
      'Error: The flashing procedure failed.\n\nCaused by:\n    0: Failed to erase flash sector at address 0x08000000.',
    );
    return 1;
  }
  const address = Number(options.get('--base-address'));
  const bytes = readFileSync(file);
  board.log({ write: address, size: bytes.length, erased: board.write(address, bytes) });
  console.error('      Erasing ✔ 100% [####################]  16.00 KiB @  34.12 KiB/s (took 0s)');
  console.error(
    '  Programming ✔ 100% [####################]   2.00 KiB @   9.12 KiB/s (took 0s)\n     Finished in 0.71s',
  );
  return 0;
}
