/** OpenOCD 0.12 with an ST-LINK: everything it says goes to stderr. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { FakeBoard } from './board.ts';
import type { Console, FakeTool } from './fake-tool.ts';

const BANNER = `Open On-Chip Debugger 0.12.0
Licensed under GNU GPL v2
For bug reports, read
	http://openocd.org/doc/doxygen/bugs.html`;

export const openocd: FakeTool = (args, board, console) => {
  console.error(BANNER);
  if (args[0] === '--version') return 0;
  for (let i = 0; i < args.length; i += 2) {
    const [flag, value] = [args[i], args[i + 1]];
    if (flag === '-f') {
      if (!['interface/stlink.cfg', 'interface/cmsis-dap.cfg', 'target/stm32f4x.cfg'].includes(value)) {
        console.error(`embedded:startup.tcl:28: Error: Can't find ${value}`);
        return 1;
      }
    } else if (flag !== '-c') throw new Error(`openocd does not know ${flag}`);
    else if (value === 'shutdown') {
      console.error('shutdown command invoked');
      return 0;
    } else if (!command(value.split(' '), board, console)) return 1;
  }
  throw new Error('openocd would go on as a server');
};

function command([word, ...rest]: string[], board: FakeBoard, console: Console): boolean {
  if (word === 'init') return init(board, console);
  if (word === 'transport') return rest.join(' ') === 'select swd';
  if (word === 'reset' && rest[0] === 'run') return !board.has('no-reset');
  if (word === 'reset') return rest[0] === 'halt';
  if (word === 'dump_image') return dump(rest, board, console);
  if (word === 'flash' && rest[0] === 'probe') {
    console.error(`Info : device id = 0x1000${(0x6000 | board.deviceId).toString(16)}\nInfo : flash size = 512 KiB`);
    console.error("flash 'stm32f2x' found at 0x08000000");
    return true;
  }
  if (word === 'flash' && rest[0] === 'write_image') return write(rest.slice(1), board, console);
  throw new Error(`openocd does not know ${word} ${rest.join(' ')}`);
}

function init(board: FakeBoard, console: Console): boolean {
  const fail = (text: string) => {
    console.error(text);
    return false;
  };
  if (board.has('no-device')) return fail('Error: open failed');
  if (board.has('permission')) return fail('Error: libusb_open() failed with LIBUSB_ERROR_ACCESS\nError: open failed');
  if (board.has('busy')) return fail('Error: claim interface failed\nError: open failed');
  console.error('Info : STLINK V2J37S7 (API v2) VID:PID 0483:3748');
  console.error(`Info : Target voltage: ${board.has('no-voltage') ? '0.004792' : '3.240157'}`);
  if (board.has('no-voltage'))
    return fail(
      'Error: target voltage may be too low for reliable debugging\nError: init mode failed (unable to connect to the target)',
    );
  if (board.has('no-connection')) return fail('Error: init mode failed (unable to connect to the target)');
  return true;
}

function dump([file, address, size]: string[], board: FakeBoard, console: Console): boolean {
  if (board.has('read-protected')) {
    console.error('Info : Device Security Bit Set\nError: Failed to read memory at 0x08000000');
    return false;
  }
  writeFileSync(file, board.read(Number(address), Number(size)));
  console.error(`dumped ${Number(size)} bytes in 0.412345s (38.802 KiB/s)`);
  return true;
}

function write([erase, file, address, type]: string[], board: FakeBoard, console: Console): boolean {
  if (erase !== 'erase' || type !== 'bin') throw new Error('flash write_image without erase or bin');
  console.error('auto erase enabled');
  if (board.has('write-protected')) {
    console.error('Error: stm32x device protected\nError: failed erasing sectors 0 to 0');
    return false;
  }
  const bytes = readFileSync(file);
  board.log({ write: Number(address), size: bytes.length, erased: board.write(Number(address), bytes) });
  console.error(`wrote ${bytes.length} bytes from file ${file} in 0.612345s (26.1 KiB/s)`);
  return true;
}
