/** The console: USART2 on PA2 (TX) and PA3 (RX), 8N1 (RM0383 Rev 3, 19.6; pins: DS10314 Rev 8, table 9). */
import { PULL_NONE, PULL_UP, setAlternate, setPull, startPort } from '../hal/gpio';
import { APB1ENR, enableClock } from '../hal/rcc';
import { ld32, st32 } from '../intrinsics/mmio';

const PORT_A: u32 = 0;
const TX_PIN: u32 = 2;
const RX_PIN: u32 = 3;
/** USART1..2 are alternate function 7. */
const ALTERNATE: u32 = 7;

const APB1ENR_USART2EN: u32 = 1 << 17;

const USART2_SR: usize = 0x40004400;
const SR_RXNE: u32 = 1 << 5;
/** Transmission complete: the last bit has left. */
const SR_TC: u32 = 1 << 6;
/** The transmit register is empty. */
const SR_TXE: u32 = 1 << 7;
const USART2_DR: usize = 0x40004404;
const USART2_BRR: usize = 0x40004408;
const USART2_CR1: usize = 0x4000440c;
const CR1_RE: u32 = 1 << 2;
const CR1_TE: u32 = 1 << 3;
const CR1_UE: u32 = 1 << 13;

const CARRIAGE_RETURN: u32 = 13;
const LINE_FEED: u32 = 10;

/** Call once with the clock of the bus APB1 in Hz and the wanted bits per second. */
export function start(hz: u32, baud: u32): void {
  startPort(PORT_A);
  setPull(PORT_A, TX_PIN, PULL_NONE);
  setAlternate(PORT_A, TX_PIN, ALTERNATE);
  // An open receive line must not look like data.
  setPull(PORT_A, RX_PIN, PULL_UP);
  setAlternate(PORT_A, RX_PIN, ALTERNATE);
  enableClock(APB1ENR, APB1ENR_USART2EN);
  // Sixteenths of the divider (19.3.4): bit time in clocks, rounded.
  st32(USART2_BRR, (hz + baud / 2) / baud);
  st32(USART2_CR1, CR1_UE | CR1_TE | CR1_RE);
}

export function writeByte(byte: u32): void {
  while ((ld32(USART2_SR) & SR_TXE) === 0) {}
  st32(USART2_DR, byte);
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
  while ((ld32(USART2_SR) & SR_TC) === 0) {}
}

/** Whether a byte has come. */
export function hasByte(): bool {
  return (ld32(USART2_SR) & SR_RXNE) !== 0;
}

/** The byte that has come; reading it makes room for the next. */
export function readByte(): u32 {
  return ld32(USART2_DR) & 0xff;
}
