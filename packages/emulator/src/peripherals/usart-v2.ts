/**
 * Asynchronous serial port of the STM32L4 and other newer families: RM0351 Rev 9, chapter 40. Modelled: transmission and
 * reception of 7, 8 or 9 data bits at the programmed rate, the idle frame that TE sends first (40.5.2), TXE, TC, RXNE,
 * ORE, IDLE and their interrupts, flags cleared through ICR and RQR, TEACK, REACK and BUSY. What it shares with the port
 * of the STM32F4 is in async-port.ts.
 *
 * Strict: what the manual lets be written only while the port is off (UE = 0) ends the run when it is changed while the
 * port is on; silicon ignores the write. Not modelled, and refused when switched on: parity, synchronous, LIN, IrDA,
 * smartcard and half-duplex modes, hardware flow control, DMA requests, mute mode, break, receiver timeout, automatic baud
 * rate, character match, inverted or swapped pins, switching overrun detection off.
 */
import { EmulationError } from '../peripheral.ts';
import { AsyncPort, type AsyncPortOptions, IDLE, ORE, OVER8, type PortLayout, RE, RXNE, TC, TE } from './async-port.ts';
import type { Register } from './register-block.ts';

const R = {
  CR1: 0x00,
  CR2: 0x04,
  CR3: 0x08,
  BRR: 0x0c,
  GTPR: 0x10,
  RTOR: 0x14,
  RQR: 0x18,
  ISR: 0x1c,
  ICR: 0x20,
  RDR: 0x24,
  TDR: 0x28,
} as const;

/** USART_CR1, 40.8.1. */
const UE = 1 << 0;
const M0 = 1 << 12;
const M1 = 1 << 28;
/** USART_ISR, 40.8.8. */
const BUSY = 1 << 16;
const TEACK = 1 << 21;
const REACK = 1 << 22;
/** USART_RQR, 40.8.7: RXFRQ gives the received byte up. */
const RXFRQ = 1 << 3;
/** USART_ICR, 40.8.9: flags of the ISR that it clears, each at its place. */
const CLEARABLE = 0x00121b5f;

/** 40.8.1 to 40.8.11. */
const REGISTERS: readonly Register[] = [
  { name: 'CR1', offset: R.CR1, reset: 0, writable: 0x1fffffff },
  { name: 'CR2', offset: R.CR2, reset: 0, writable: 0xffffff70 },
  { name: 'CR3', offset: R.CR3, reset: 0, writable: 0x007effff },
  { name: 'BRR', offset: R.BRR, reset: 0, writable: 0xffff },
  { name: 'GTPR', offset: R.GTPR, reset: 0, writable: 0xffff },
  { name: 'RTOR', offset: R.RTOR, reset: 0, writable: 0xffffffff },
  { name: 'RQR', offset: R.RQR, reset: 0, writable: 0, ignored: 0x1f },
  { name: 'ISR', offset: R.ISR, reset: 0x00c0, writable: 0 },
  { name: 'ICR', offset: R.ICR, reset: 0, writable: 0, ignored: CLEARABLE },
  { name: 'RDR', offset: R.RDR, reset: 0, writable: 0 },
  { name: 'TDR', offset: R.TDR, reset: 0, writable: 0x1ff },
];

/** What can be written only while UE is 0 (40.8.1 to 40.8.4). */
const WHILE_OFF: Readonly<Record<number, number>> = {
  [R.CR1]: 0x13ff9e00,
  [R.CR2]: 0x00ffff70,
  [R.CR3]: 0x003efb3e,
  [R.BRR]: 0xffff,
};

const LAYOUT: PortLayout = {
  registers: REGISTERS,
  STATUS: R.ISR,
  CR1: R.CR1,
  CR2: R.CR2,
  BRR: R.BRR,
  UE,
  statusName: 'ISR',
  refused: [
    [R.CR1, 0x0c000000, 'an interrupt of the receiver timeout or the end of a block'],
    [R.CR1, 1 << 14, 'character match'],
    [R.CR1, 1 << 13, 'mute mode'],
    [R.CR1, 1 << 10, 'parity'],
    [R.CR1, 1 << 1, 'waking up from a stop mode'],
    [R.CR2, 1 << 23, 'the receiver timeout'],
    [R.CR2, 1 << 20, 'automatic baud rate'],
    [R.CR2, 0x000f8000, 'swapped, inverted or reversed data'],
    [R.CR2, 1 << 14, 'LIN mode'],
    [R.CR2, 1 << 11, 'synchronous mode'],
    [R.CR3, 1 << 14, 'the driver enable'],
    [R.CR3, 1 << 12, 'switching overrun detection off'],
    [R.CR3, 0x0700, 'hardware flow control'],
    [R.CR3, 0x00c0, 'DMA'],
    [R.CR3, 1 << 5, 'smartcard mode'],
    [R.CR3, 1 << 3, 'half-duplex mode'],
    [R.CR3, 1 << 1, 'IrDA mode'],
  ],
};

export type UsartV2Options = AsyncPortOptions;

export class UsartV2 extends AsyncPort {
  constructor(options: UsartV2Options) {
    super(LAYOUT, options);
  }

  protected override dataBits(): number {
    const cr1 = this.get(R.CR1);
    if (cr1 & M1) return 7;
    return cr1 & M0 ? 9 : 8;
  }

  steadyUntil(offset: number): number {
    return offset === R.ISR ? Number.POSITIVE_INFINITY : 0;
  }

  protected override onRead(offset: number): number {
    if (offset === R.ISR) return this.status();
    if (offset !== R.RDR) return this.get(offset);
    this.clear(RXNE);
    this.update();
    return this.received;
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    switch (offset) {
      case R.TDR:
        this.transmit(value & (2 ** this.dataBits() - 1));
        this.clear(TC);
        break;
      case R.ICR:
        this.clear(value & (ORE | IDLE | TC));
        break;
      case R.RQR:
        this.request(value);
        break;
      default:
        this.setUp(offset, value, lanes);
    }
    this.update();
  }

  /** The receiver and the transmitter acknowledge at once. */
  private status(): number {
    const flags = (this.isOn(TE) ? TEACK : 0) | (this.isOn(RE) ? REACK : 0) | (this.isReceiving() ? BUSY : 0);
    return this.get(R.ISR) | flags;
  }

  private request(bits: number): void {
    if (bits & ~RXFRQ) this.refuse(R.RQR, 'a request other than RXFRQ');
    if (bits & RXFRQ) this.clear(RXNE);
  }

  private setUp(offset: number, value: number, lanes: number): void {
    const old = this.get(offset);
    const wasOn = this.isOn(0);
    const changed = (old ^ value) & lanes & (WHILE_OFF[offset] ?? 0);
    if (wasOn && changed !== 0) {
      throw new EmulationError('EMU007', `${this.nameOf(offset)} is changed while the port is on: clear CR1.UE first`);
    }
    if (offset === R.CR1 && value & UE && !wasOn) this.checkRate(value);
    this.configure(offset, value, lanes);
  }

  /** 40.5.4: a bit takes at least 16 clocks, or 8 with OVER8. */
  private checkRate(cr1: number): void {
    const brr = this.get(R.BRR);
    if (brr === 0 || brr >= 16) return;
    const bits = cr1 & OVER8 ? 8 : 16;
    throw new EmulationError('EMU006', `${this.name}_BRR is ${brr}: a bit must take ${bits} clocks at least`);
  }
}
