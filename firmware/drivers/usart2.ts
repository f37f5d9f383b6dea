/**
 * The serial port USART2 on PA2 (TX) and PA3 (RX), 8N1. STM32F4: RM0383 Rev 3, 19.6; pins: DS10314 Rev 8, table 9.
 * STM32L4: RM0351 Rev 9, 40.8; pins: DS10198 Rev 8, table 17. The second has the registers at other offsets, one for each
 * direction, and the flags that are used here at the same places.
 */
import {
  CONSOLE_BAUD,
  IS_STM32F4,
  IS_STM32L4,
  USART2_ENABLE,
  USART2_ENABLE_BITS,
  USART2_START,
} from 'kickstage/layout';
import { PULL_NONE, PULL_UP, setAlternate, setPull, startPort } from '../hal/gpio';
import { enableClock } from '../hal/rcc';
import { ld32, st32 } from '../intrinsics/mmio';

const PORT_A: u32 = 0;
const TX_PIN: u32 = 2;
const RX_PIN: u32 = 3;
/** USART1..2 are alternate function 7. */
const ALTERNATE: u32 = 7;

/** USART_SR; USART_ISR. */
const STATUS: usize = USART2_START + (IS_STM32L4 ? 0x1c : 0x00);
/** A byte came before the last one was read, and is lost. */
const ORE: u32 = 1 << 3;
const RXNE: u32 = 1 << 5;
/** Transmission complete: the last bit has left. */
const TC: u32 = 1 << 6;
/** The transmit register is empty. */
const TXE: u32 = 1 << 7;
/** USART_DR; USART_TDR and USART_RDR. */
const TRANSMIT: usize = USART2_START + (IS_STM32L4 ? 0x28 : 0x04);
const RECEIVE: usize = USART2_START + (IS_STM32L4 ? 0x24 : 0x04);
/** STM32L4: writing a flag's bit removes the flag; on the STM32F4 reading status and data does. */
const CLEAR: usize = USART2_START + 0x20;
const BRR: usize = USART2_START + (IS_STM32L4 ? 0x0c : 0x08);
const CR1: usize = USART2_START + (IS_STM32L4 ? 0x00 : 0x0c);
/** An interrupt when a byte has come. */
const CR1_RXNEIE: u32 = 1 << 5;
const CR1_RE: u32 = 1 << 2;
const CR1_TE: u32 = 1 << 3;
const CR1_UE: u32 = IS_STM32L4 ? 1 << 0 : 1 << 13;

const CARRIAGE_RETURN: u32 = 13;
const LINE_FEED: u32 = 10;

/** Call once with the clock of the bus APB1 in Hz and the wanted bits per second. */
export function start(hz: u32, baud: u32): void {
  if (!IS_STM32F4 && !IS_STM32L4)
    ERROR('drivers/usart2 does not know the serial ports of this chip.family: write a driver for it');
  if (CONSOLE_BAUD === 0)
    ERROR('the board has no console: name its port, pins and baud rate in the config, board.console');
  if (USART2_ENABLE === 0) ERROR('the chip has no USART2 among its registerBlocks: use another port');
  startPort(PORT_A);
  setPull(PORT_A, TX_PIN, PULL_NONE);
  setAlternate(PORT_A, TX_PIN, ALTERNATE);
  // An open receive line must not look like data.
  setPull(PORT_A, RX_PIN, PULL_UP);
  setAlternate(PORT_A, RX_PIN, ALTERNATE);
  enableClock(USART2_ENABLE, USART2_ENABLE_BITS);
  // The bit time in clocks, rounded (RM0383 Rev 3, 19.3.4; RM0351 Rev 9, 40.5.4).
  st32(BRR, (hz + baud / 2) / baud);
  st32(CR1, CR1_UE | CR1_TE | CR1_RE);
}

export function writeByte(byte: u32): void {
  while ((ld32(STATUS) & TXE) === 0) {}
  st32(TRANSMIT, byte);
}

/** Writes a text of ASCII characters. */
export function write(text: string): void {
  let at = changetype<usize>(text);
  const end = at + ((<usize>text.length) << 1);
  for (; at < end; at += 2) writeByte(load<u8>(at));
}

/** Writes a text of ASCII characters and ends the line. */
export function writeLine(text: string): void {
  write(text);
  writeByte(CARRIAGE_RETURN);
  writeByte(LINE_FEED);
}

/** Waits until the last bit has left: before a reset, and before the clock is changed. */
export function flush(): void {
  while ((ld32(STATUS) & TC) === 0) {}
}

/** Whether a byte has come. One that was lost before it is not told of. */
export function hasByte(): bool {
  const status = ld32(STATUS);
  // Nothing more is received while it is set (RM0351 Rev 9, 40.5.3).
  if (IS_STM32L4 && (status & ORE) !== 0) st32(CLEAR, ORE);
  return (status & RXNE) !== 0;
}

/** The byte that has come; reading it makes room for the next. */
export function readByte(): u32 {
  return ld32(RECEIVE) & 0xff;
}

/** Raises USART2_IRQHandler when a byte has come. Call after `start`. */
export function interruptOnByte(): void {
  st32(CR1, ld32(CR1) | CR1_RXNEIE);
}
