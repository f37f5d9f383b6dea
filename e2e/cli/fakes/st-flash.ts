/** st-flash and st-info of stlink 1.7. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { FakeBoard } from './board.ts';
import type { Console, FakeTool } from './fake-tool.ts';

const AT = '2024-01-01T00:00:00';

/** What is wrong before anything is done; undefined when nothing is. */
function open(board: FakeBoard): string | undefined {
  if (board.has('no-device')) return `${AT} WARN usb.c: Couldn't find any ST-Link devices`;
  if (board.has('permission')) return `${AT} ERROR usb.c: Could not open USB device 0x0483:0x3748, access error.`;
  if (board.has('busy'))
    return `${AT} WARN usb.c: Stlink usb device found, but unable to claim (probably already in use?)`;
  if (board.has('no-connection')) return 'Failed to connect to target';
  return undefined;
}

export const stInfo: FakeTool = (args, board, console) => {
  if (args.length !== 1 || args[0] !== '--probe') return 255;
  const problem = open(board);
  if (problem && !board.has('no-connection')) console.error(problem);
  if (problem && !board.has('no-connection')) console.out('Found 0 stlink programmers');
  else {
    const id = board.has('no-connection') ? 0 : board.deviceId;
    const lines = [
      'Found 1 stlink programmers',
      '  version:    V2J37S7',
      '  serial:     0667FF48',
      '  flash:      524288 (pagesize: 16384)',
    ];
    console.out(
      [
        ...lines,
        '  sram:       131072',
        `  chipid:     0x${id.toString(16).padStart(3, '0')}`,
        '  dev-type:   STM32F411xC_xE',
      ].join('\n'),
    );
  }
  return 0;
};

export const stFlash: FakeTool = (args, board, console) => {
  if (args[0] === '--version') {
    console.out('v1.7.0');
    return 0;
  }
  console.out('st-flash 1.7.0');
  const problem = open(board);
  if (problem) {
    console.error(problem);
    return 255;
  }
  const [verb, file, address, size] = args;
  if (verb === 'reset') return board.has('no-reset') ? 255 : 0;
  if (!/^0x[0-9a-f]+$/.test(address)) throw new Error(`no hex address: ${address}`);
  if (verb === 'read') return read(file, Number(address), Number(size), board, console);
  if (verb === 'write' && size === undefined) return write(file, Number(address), board, console);
  throw new Error(`st-flash does not know ${args.join(' ')}`);
};

function read(file: string, address: number, size: number, board: FakeBoard, console: Console): number {
  if (board.has('read-protected')) {
    console.out('could not read main memory (-1)');
    return 255;
  }
  writeFileSync(file, board.read(address, size));
  return 0;
}

function write(file: string, address: number, board: FakeBoard, console: Console): number {
  const bytes = readFileSync(file);
  if (address % 0x4000 !== 0) {
    console.error(`${AT} ERROR common.c: addr not a multiple of current pagesize (16384 bytes), not supported`);
    return 255;
  }
  if (board.has('write-protected')) {
    console.error(`${AT} ERROR common_flash.c: Flash memory is write protected`);
    return 255;
  }
  const erased = board.write(address, bytes);
  board.log({ write: address, size: bytes.length, erased });
  for (const sector of erased)
    console.error(`${AT} INFO common.c: Flash page at addr: 0x${sector.toString(16)} erased`);
  console.error(`${AT} INFO common.c: Starting Flash write for F2/F4/F7/L4`);
  console.error(`${AT} INFO common.c: Starting verification of write complete`);
  console.error(`${AT} INFO common.c: Flash written and verified! jolly good!`);
  return 0;
}
