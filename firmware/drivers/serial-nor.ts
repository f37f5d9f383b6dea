/**
 * Serial NOR flash with the commands that all makers share (W25Q64JV data sheet, Rev J, 8.1 and 8.2), on SPI1 with the
 * pins of its alternate function 5: PA5 clock, PA6 from the flash, PA7 to it; the select pin is the board's. The
 * peripheral is set up on the first use and left on. SPI: RM0383 Rev 3, 20; RM0351 Rev 9, 42.
 *
 * Erasing and programming answer 0, or NOR_ABSENT where no flash does.
 */
import {
  EXTERNAL_ERASE_COMMAND,
  EXTERNAL_PAGE_SIZE,
  EXTERNAL_SELECT_PIN,
  EXTERNAL_SELECT_PORT,
  IS_STM32L4,
  NO_PIN,
  SPI1_ENABLE,
  SPI1_ENABLE_BITS,
  SPI1_START,
} from 'kickstage/layout';
import { MODE_OUTPUT, setAlternate, setMode, startPort, writePin } from '../hal/gpio';
import { enableClock } from '../hal/rcc';
import { feedWatchdog } from '../hal/watchdog';
import { ld8, ld32, st8, st32 } from '../intrinsics/mmio';
import { ld8 as readByte } from '../intrinsics/volatile';

const CR1: usize = SPI1_START;
const CR2: usize = SPI1_START + 0x04;
const SR: usize = SPI1_START + 0x08;
const DR: usize = SPI1_START + 0x0c;
/** Master, own select, highest rate, on. */
const CR1_MASTER: u32 = 1 << 2;
const CR1_ENABLE: u32 = 1 << 6;
const CR1_SOFTWARE_SELECT: u32 = 3 << 8;
/** STM32L4: bytes, and a byte received is told at once (DS, FRXTH). */
const CR2_BYTES: u32 = IS_STM32L4 ? (7 << 8) | (1 << 12) : 0;
const SR_RECEIVED: u32 = 1 << 0;
const SR_SPACE: u32 = 1 << 1;
const SR_BUSY: u32 = 1 << 7;
const PORT_A: u32 = 0;
const SPI_ALTERNATE: u32 = 5;

const WRITE_ENABLE: u32 = 0x06;
const READ_STATUS: u32 = 0x05;
const READ: u32 = 0x03;
const PAGE_PROGRAM: u32 = 0x02;
const STATUS_BUSY: u32 = 1;
/** What comes from pins that nothing drives. */
const STATUS_ABSENT: u32 = 0xff;
export const NOR_ABSENT: u32 = 1;

let isStarted: bool = false;

function start(): void {
  if (SPI1_START === 0 || EXTERNAL_SELECT_PORT === NO_PIN)
    ERROR('the board has no serial flash at SPI1: name it in the config, board.externalFlash');
  isStarted = true;
  startPort(PORT_A);
  startPort(EXTERNAL_SELECT_PORT);
  deselect();
  setMode(EXTERNAL_SELECT_PORT, EXTERNAL_SELECT_PIN, MODE_OUTPUT);
  for (let pin: u32 = 5; pin <= 7; pin++) setAlternate(PORT_A, pin, SPI_ALTERNATE);
  enableClock(SPI1_ENABLE, SPI1_ENABLE_BITS);
  st32(CR2, CR2_BYTES);
  st32(CR1, CR1_MASTER | CR1_SOFTWARE_SELECT);
  st32(CR1, CR1_MASTER | CR1_SOFTWARE_SELECT | CR1_ENABLE);
}

function select(): void {
  if (!isStarted) start();
  writePin(EXTERNAL_SELECT_PORT, EXTERNAL_SELECT_PIN, false);
}

function deselect(): void {
  writePin(EXTERNAL_SELECT_PORT, EXTERNAL_SELECT_PIN, true);
}

/** One byte out, one in. */
function transfer(byte: u32): u32 {
  while ((ld32(SR) & SR_SPACE) === 0) {}
  st8(DR, byte);
  while ((ld32(SR) & SR_RECEIVED) === 0) {}
  return ld8(DR);
}

function begin(code: u32, address: usize): void {
  select();
  transfer(code);
  for (let shift: i32 = 16; shift >= 0; shift -= 8) transfer((<u32>address >>> shift) & 0xff);
}

function end(): void {
  while ((ld32(SR) & SR_BUSY) !== 0) {}
  deselect();
}

function enableWriting(): void {
  select();
  transfer(WRITE_ENABLE);
  end();
}

/** Waits until the flash is idle. */
function wait(): u32 {
  while (true) {
    feedWatchdog();
    select();
    transfer(READ_STATUS);
    const status = transfer(0);
    end();
    if (status === STATUS_ABSENT) return NOR_ABSENT;
    if ((status & STATUS_BUSY) === 0) return 0;
  }
}

/** Erases the sector that begins at `address`. */
export function eraseSector(address: usize): u32 {
  const before = wait();
  if (before !== 0) return before;
  enableWriting();
  begin(EXTERNAL_ERASE_COMMAND, address);
  end();
  return wait();
}

/** Programs `length` bytes from `source` in RAM, page by page. */
export function programBytes(address: usize, source: usize, length: u32): u32 {
  let status = wait();
  while (length > 0 && status === 0) {
    const room = EXTERNAL_PAGE_SIZE - (<u32>address & (EXTERNAL_PAGE_SIZE - 1));
    const part = length < room ? length : room;
    enableWriting();
    begin(PAGE_PROGRAM, address);
    for (let i: u32 = 0; i < part; i++) transfer(readByte(source + i));
    end();
    status = wait();
    address += part;
    source += part;
    length -= part;
  }
  return status;
}

/** The word at `address`. */
export function readWord(address: usize): u32 {
  begin(READ, address);
  let word: u32 = 0;
  for (let shift: u32 = 0; shift < 32; shift += 8) word |= transfer(0) << shift;
  end();
  return word;
}
