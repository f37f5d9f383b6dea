/**
 * Reset and clock control of the STM32F411: RM0383 Rev 3, chapter 6. Modelled: HSI, HSE, PLL and LSI with their ready
 * flags, the system clock switch, bus prescalers, enable and reset bits, reset flags. Not modelled, and refused when
 * switched on: LSE, PLLI2S, the clock security system, MCO outputs (their bits are kept, nothing comes out), spread
 * spectrum.
 */
import { EmulationError, type ResetKind, type Scheduler } from '../peripheral.ts';
import type { Bus, ClockTree } from './clock-tree.ts';
import { field, type Register, RegisterBlock } from './register-block.ts';

const HSI_HZ = 16_000_000;
/** Start-up times in seconds: DS10314, 6.3.8 and 6.3.9 (typical), 6.3.10 (PLL lock, maximum). */
const HSI_START = 2.2e-6;
const HSE_START = 2e-3;
const PLL_LOCK = 200e-6;
const LSI_START = 40e-6;

const HSION = 1 << 0;
const HSIRDY = 1 << 1;
const HSEON = 1 << 16;
const HSERDY = 1 << 17;
const CSSON = 1 << 19;
const PLLON = 1 << 24;
const PLLRDY = 1 << 25;
const PLLI2SON = 1 << 26;
const PLLSRC = 1 << 22;
const TIMPRE = 1 << 24;

/** Enable bits, RM0383 6.3.9 to 6.3.12; the reset registers have the same bits. */
const AHB1_BITS = 0x0060109f;
const AHB2_BITS = 0x00000080;
const APB1_BITS = 0x10e2c80f;
const APB2_BITS = 0x00177931;

/** RM0383 Rev 3, 6.3.1 to 6.3.24. */
const REGISTERS: readonly Register[] = [
  { name: 'CR', offset: 0x00, reset: 0x00000083, writable: 0x050d00f9, ignored: 0x0a02ff02 },
  { name: 'PLLCFGR', offset: 0x04, reset: 0x24003010, writable: 0x0f437fff, ignored: 0xf0000000 },
  { name: 'CFGR', offset: 0x08, reset: 0x00000000, writable: 0xffffffff & ~0x0000030c, ignored: 0x0000000c },
  { name: 'CIR', offset: 0x0c, reset: 0x00000000, writable: 0x00003f00, ignored: 0x00bf00bf },
  { name: 'AHB1RSTR', offset: 0x10, reset: 0, writable: AHB1_BITS },
  { name: 'AHB2RSTR', offset: 0x14, reset: 0, writable: AHB2_BITS },
  { name: 'APB1RSTR', offset: 0x20, reset: 0, writable: APB1_BITS },
  { name: 'APB2RSTR', offset: 0x24, reset: 0, writable: APB2_BITS },
  { name: 'AHB1ENR', offset: 0x30, reset: 0, writable: AHB1_BITS },
  { name: 'AHB2ENR', offset: 0x34, reset: 0, writable: AHB2_BITS },
  { name: 'APB1ENR', offset: 0x40, reset: 0, writable: APB1_BITS },
  { name: 'APB2ENR', offset: 0x44, reset: 0, writable: APB2_BITS },
  { name: 'AHB1LPENR', offset: 0x50, reset: 0x0061900f, writable: 0x0061909f },
  { name: 'AHB2LPENR', offset: 0x54, reset: 0x00000080, writable: 0x00000080 },
  { name: 'APB1LPENR', offset: 0x60, reset: 0x10e2c80f, writable: APB1_BITS },
  { name: 'APB2LPENR', offset: 0x64, reset: 0x00077930, writable: APB2_BITS },
  { name: 'BDCR', offset: 0x70, reset: 0, writable: 0x00018305 },
  { name: 'CSR', offset: 0x74, reset: 0x0e000000, writable: 0x00000001, ignored: 0xff000002 },
  { name: 'SSCGR', offset: 0x80, reset: 0, writable: 0xcfffffff },
  { name: 'PLLI2SCFGR', offset: 0x84, reset: 0x24003000, writable: 0x70007fff | 0x0f000000 },
  { name: 'DCKCFGR', offset: 0x8c, reset: 0, writable: TIMPRE },
];

/** Flags of RCC_CSR, RM0383 6.3.20. */
export const RESET_FLAGS = {
  brownOut: 1 << 25,
  pin: 1 << 26,
  powerOn: 1 << 27,
  software: 1 << 28,
  iwdg: 1 << 29,
  wwdg: 1 << 30,
  lowPower: 1 << 31,
} as const;
const RMVF = 1 << 24;

const ENABLE_REGISTERS: Readonly<Record<Bus, string>> = {
  AHB1: 'AHB1ENR',
  AHB2: 'AHB2ENR',
  APB1: 'APB1ENR',
  APB2: 'APB2ENR',
};

const AHB_DIVISORS = [2, 4, 8, 16, 64, 128, 256, 512];

export interface RccOptions {
  readonly scheduler: Scheduler;
  /** Frequency of the crystal in Hz; undefined when there is none: HSERDY never comes. */
  readonly hseHz?: number;
  /** Called with the processor's frequency whenever it changes. */
  readonly onFrequency: (hz: number) => void;
  /** Called for a block whose reset bit is set: bus and bit number. */
  readonly onReset?: (bus: Bus, bit: number) => void;
}

export class Rcc extends RegisterBlock implements ClockTree {
  private readonly options: RccOptions;
  private readonly listeners: ((phase: 'before' | 'after') => void)[] = [];
  private flags: number = RESET_FLAGS.brownOut | RESET_FLAGS.pin | RESET_FLAGS.powerOn;

  constructor(options: RccOptions) {
    super('RCC', REGISTERS);
    this.options = options;
  }

  cpuHz(): number {
    const hpre = field(this.get('CFGR'), 0xf0);
    return this.systemHz() / (hpre < 8 ? 1 : AHB_DIVISORS[hpre - 8]);
  }

  busHz(bus: Bus): number {
    if (bus === 'AHB1' || bus === 'AHB2') return this.cpuHz();
    return this.cpuHz() / this.divisor(bus);
  }

  timerHz(bus: Bus): number {
    const divisor = this.divisor(bus);
    const free = (this.get('DCKCFGR') & TIMPRE) !== 0 ? 4 : 2;
    return divisor <= free
      ? this.cpuHz() * (divisor === 1 ? 1 : Math.min(1, free / divisor))
      : (this.cpuHz() / divisor) * free;
  }

  onChange(listener: (phase: 'before' | 'after') => void): void {
    this.listeners.push(listener);
  }

  /** Whether a block's clock is on. */
  isEnabled(bus: Bus, bit: number): boolean {
    return (this.get(ENABLE_REGISTERS[bus]) & (1 << bit)) !== 0;
  }

  /** Notes why the next reset happens; flags add up until software removes them (RMVF). */
  noteReset(cause: 'software' | 'iwdg' | 'wwdg' | 'pin'): void {
    this.flags |= RESET_FLAGS[cause] | RESET_FLAGS.pin;
  }

  override reset(kind: ResetKind): void {
    if (kind === 'power-on') this.flags = RESET_FLAGS.brownOut | RESET_FLAGS.pin | RESET_FLAGS.powerOn;
    const backup = this.get('BDCR');
    this.change(() => super.reset(kind));
    if (kind === 'system') this.set('BDCR', backup);
    for (const key of ['hsi', 'hse', 'pll', 'lsi']) this.options.scheduler.cancel(`rcc.${key}`);
  }

  protected override onRead(name: string): number {
    if (name === 'CSR') return (this.get('CSR') & 3) | this.flags;
    return this.get(name);
  }

  protected override onWrite(name: string, value: number, old: number): void {
    switch (name) {
      case 'CR':
        return this.writeControl(value, old);
      case 'CFGR':
        return this.change(() => this.writeConfiguration(value));
      case 'DCKCFGR':
        return this.change(() => void this.store(name, value));
      case 'CSR':
        if (value & RMVF) this.flags = 0;
        this.store('CSR', value);
        return this.startClock('lsi', (value & 1) !== 0, (this.get('CSR') & 2) !== 0, LSI_START, () =>
          this.set('CSR', this.get('CSR') | 2),
        );
      case 'BDCR':
        if (value & 1) this.refuse('BDCR', 'the low-speed external oscillator');
        return void this.store(name, value);
      case 'SSCGR':
        if (value & 0x80000000) this.refuse('SSCGR', 'spread spectrum');
        return void this.store(name, value);
      case 'PLLCFGR':
        if (old !== value && this.get('CR') & PLLON) {
          throw new EmulationError('EMU006', 'RCC_PLLCFGR is written while the PLL is on (RM0383 Rev 3, 6.3.2)');
        }
        return void this.store(name, value);
      default:
        this.store(name, value);
        if (name.endsWith('RSTR')) this.resetBlocks(name.slice(0, -4) as Bus, value & ~old);
    }
  }

  protected override saveExtra(): unknown {
    return this.flags;
  }

  protected override loadExtra(extra: unknown): void {
    this.flags = extra as number;
    this.options.onFrequency(this.cpuHz());
  }

  private resetBlocks(bus: Bus, bits: number): void {
    for (let bit = 0; bit < 32; bit++) if (bits & (1 << bit)) this.options.onReset?.(bus, bit);
  }

  private divisor(bus: Bus): number {
    const bits = field(this.get('CFGR'), bus === 'APB1' ? 0x1c00 : 0xe000);
    return bits < 4 ? 1 : 2 ** (bits - 3);
  }

  private systemHz(): number {
    const source = field(this.get('CFGR'), 0x0c);
    if (source === 0) return HSI_HZ;
    return source === 1 ? (this.options.hseHz ?? HSI_HZ) : this.pllHz();
  }

  /** f = source / M * N / P (RM0383 Rev 3, 6.3.2). */
  private pllHz(): number {
    const cfgr = this.get('PLLCFGR');
    const source = cfgr & PLLSRC ? (this.options.hseHz ?? HSI_HZ) : HSI_HZ;
    return ((source / (cfgr & 0x3f)) * field(cfgr, 0x7fc0)) / (2 * (field(cfgr, 0x30000) + 1));
  }

  private writeControl(value: number, old: number): void {
    if (value & PLLI2SON) this.refuse('CR', 'the PLLI2S');
    if (value & CSSON) this.refuse('CR', 'the clock security system');
    const source = field(this.get('CFGR'), 0x0c);
    const inUse = [HSION, HSEON, PLLON][source];
    const next = (this.store('CR', value) | inUse) >>> 0;
    this.set('CR', next);
    this.startClock('hsi', (next & HSION) !== 0, (old & HSIRDY) !== 0, HSI_START, () => this.ready(HSIRDY), HSIRDY);
    const hasCrystal = this.options.hseHz !== undefined;
    if (hasCrystal || !(next & HSEON)) {
      this.startClock('hse', (next & HSEON) !== 0, (old & HSERDY) !== 0, HSE_START, () => this.ready(HSERDY), HSERDY);
    }
    this.startClock('pll', (next & PLLON) !== 0, (old & PLLRDY) !== 0, PLL_LOCK, () => this.ready(PLLRDY), PLLRDY);
  }

  private ready(bit: number): void {
    this.set('CR', this.get('CR') | bit);
  }

  private startClock(key: string, on: boolean, isReady: boolean, seconds: number, ready: () => void, flag = 0): void {
    const { scheduler } = this.options;
    if (!on) {
      scheduler.cancel(`rcc.${key}`);
      if (flag) this.set('CR', this.get('CR') & ~flag);
    } else if (!isReady) {
      scheduler.schedule(`rcc.${key}`, scheduler.now() + Math.ceil(seconds * this.cpuHz()), ready);
    }
  }

  /** The switch takes a clock only when it is ready (RM0383 Rev 3, 6.3.3). */
  private writeConfiguration(value: number): void {
    const wanted = value & 3;
    if (wanted === 3) throw new EmulationError('EMU006', 'RCC_CFGR.SW is set to the reserved value 3');
    this.store('CFGR', value);
    const isReady = (this.get('CR') & [HSIRDY, HSERDY, PLLRDY][wanted]) !== 0;
    if (!isReady) throw new EmulationError('EMU006', 'RCC_CFGR.SW selects a clock that is not ready');
    this.set('CFGR', (this.get('CFGR') & ~0x0c) | (wanted << 2));
  }

  private change(act: () => void): void {
    for (const listener of this.listeners) listener('before');
    act();
    for (const listener of this.listeners) listener('after');
    this.options.onFrequency(this.cpuHz());
  }
}
