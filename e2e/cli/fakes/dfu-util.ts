/** dfu-util 0.11 against the ROM bootloader of the STM32F411. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { FakeBoard } from './board.ts';
import type { Console, FakeTool } from './fake-tool.ts';

const BANNER = 'dfu-util 0.11\n\nCopyright 2010-2021 Tormod Volden and Stefan Schmidt\n';
const FAILED = 74;
const SECTORS: Readonly<Record<number, string>> = {
  1073: '04*016Kg,01*064Kg,03*128Kg',
  1043: '04*016Kg,01*064Kg,07*128Kg',
  1040: '064*0001Kg',
};

export const dfuUtil: FakeTool = (args, board, console) => {
  console.out(BANNER);
  if (args[0] === '--version') return 0;
  if (args[0] === '--list') return list(board, console);
  const options = new Map<string, string>();
  for (let i = 0; i < args.length; i += 2) options.set(args[i], args[i + 1]);
  if (options.get('-d') !== '0483:df11' || options.get('-a') !== '0') throw new Error('another device or setting');
  if (board.has('permission'))
    console.error('dfu-util: Cannot open DFU device 0483:df11 found on devnum 5 (LIBUSB_ERROR_ACCESS)');
  if (board.has('no-device') || board.has('permission')) {
    console.error('dfu-util: No DFU capable USB device available');
    return FAILED;
  }
  const [address, ...modifiers] = (options.get('-s') ?? '').split(':');
  const upload = options.get('-U');
  if (upload !== undefined) return read(upload, Number(address), modifiers, board, console);
  return write(options.get('-D') ?? '', Number(address), board, console);
};

function list(board: FakeBoard, console: Console): number {
  if (board.has('no-device')) return 0;
  if (board.has('permission')) {
    console.error('dfu-util: Cannot open DFU device 0483:df11 found on devnum 5 (LIBUSB_ERROR_ACCESS)');
    return 0;
  }
  const found = (alt: number, name: string) =>
    console.out(
      `Found DFU: [0483:df11] ver=2200, devnum=5, cfg=1, intf=0, path="1-2", alt=${alt}, name="${name}", serial="387136"`,
    );
  found(3, '@Device Feature/0xFFFF0000/01*004 e');
  found(1, '@Option Bytes  /0x1FFFC000/01*016 e');
  found(0, `@Internal Flash  /0x08000000/${SECTORS[board.deviceId]}`);
  return 0;
}

function read(file: string, address: number, modifiers: readonly string[], board: FakeBoard, console: Console): number {
  if (existsSync(file)) {
    console.error(`dfu-util: Cannot open file ${file} for writing: File exists`);
    return FAILED;
  }
  if (board.has('read-protected')) {
    console.error('dfu-util: Error during upload (LIBUSB_ERROR_PIPE)');
    return FAILED;
  }
  writeFileSync(file, board.read(address, Number(modifiers[0])));
  console.out('Upload\t[=========================] 100%       4096 bytes\nUpload done.');
  if (modifiers.includes('leave')) {
    console.out('Submitting leave request...');
    return board.has('no-reset') ? FAILED : 0;
  }
  return 0;
}

function write(file: string, address: number, board: FakeBoard, console: Console): number {
  const bytes = readFileSync(file);
  if (board.has('write-protected')) {
    console.error('dfu-util: ERASE_PAGE not correctly executed');
    return FAILED;
  }
  board.log({ write: address, size: bytes.length, erased: board.write(address, bytes) });
  console.out('dfu-util: Warning: Invalid DFU suffix signature');
  console.out('Erase   \t[=========================] 100%       4096 bytes\nErase    done.');
  console.out(
    'Download\t[=========================] 100%       4096 bytes\nDownload done.\nFile downloaded successfully',
  );
  return 0;
}
