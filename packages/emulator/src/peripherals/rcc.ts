/**
 * Reset and clock control of the STM32F411: RM0383 Rev 3, chapter 6. Modelled: HSI, HSE, PLL and LSI with their ready
 * flags and start-up times, the system clock switch, bus prescalers, enable and reset bits, reset flags.
 *
 * Strict where silicon would fail in its own way: a PLL outside its ranges, a clock switch to what is not ready, a
 * processor clock above what the voltage scale or the flash wait states allow, a bus above its limit. Not modelled, and
 * refused when switched on: LSE, RTC clock, PLLI2S, clock security system, ready interrupts, spread spectrum. The MCO
 * bits are kept; nothing comes out.
 */
import { EmulationError, type ResetKind, type Scheduler } from '../peripheral.ts';
import type { Bus, ClockListener, ClockTree } from './clock-tree.ts';
import { Countdown } from './countdown.ts';
import {
  CR,
  HSI_HZ,
  LIMITS,
  R,
  REGISTERS,
  RESET_FLAGS,
  type ResetCause,
  RMVF,
  START_SECONDS,
} from './rcc-registers.ts';
import { field, RegisterBlock } from './register-block.ts';

const AHB_DIVISORS = [2, 4, 8, 16, 64, 128, 256, 512];
const TIMPRE = 1 << 24;
const LSION = 1 << 0;
const LSIRDY = 1 << 1;
const PLLSRC_HSE = 1 << 22;
/** By the value of CFGR.SW: what is switched on, and what says that it is ready. */
const SOURCES = [
  { name: 'HSI', on: CR.HSION, ready: CR.HSIRDY },
  { name: 'HSE', on: CR.HSEON, ready: CR.HSERDY },
  { name: 'PLL', on: CR.PLLON, ready: CR.PLLRDY },
] as const;

/** Enable and reset registers of the buses. */
const ENABLE: Readonly<Record<Bus, number>> = {
  AHB1: R.AHB1ENR,
  AHB2: R.AHB2ENR,
  APB1: R.APB1ENR,
  APB2: R.APB2ENR,
};
const RESET: Readonly<Record<Bus, number>> = {
  AHB1: R.AHB1RSTR,
  AHB2: R.AHB2RSTR,
  APB1: R.APB1RSTR,
  APB2: R.APB2RSTR,
};

export interface RccOptions {
  readonly scheduler: Scheduler;
  /** Frequency of the crystal in Hz; undefined when there is none: HSERDY never comes. */
  readonly hseHz?: number;
  /** Called with the processor's frequency whenever it changes. */
  readonly onFrequency: (hz: number) => void;
  /** Called for a block whose reset bit is set: bus and bit number. */
  readonly onReset?: (bus: Bus, bit: number) => void;
  /** The highest processor clock in Hz that flash (wait states) and regulator allow, and what would have to be done. */
  readonly cpuLimits?: () => readonly ClockLimit[];
}

export interface ClockLimit {
  readonly hz: number;
  readonly because: string;
}

export class Rcc extends RegisterBlock implements ClockTree {
  private readonly options: RccOptions;
  private readonly listeners: ClockListener[] = [];
  private flags = 0;
  private readonly starts: Readonly<Record<keyof typeof START_SECONDS, Countdown>>;
  /** Frequencies in use, worked out at each change. */
  private hclk = HSI_HZ;
  private apb1 = HSI_HZ;
  private apb2 = HSI_HZ;

  constructor(options: RccOptions) {
    super('RCC', REGISTERS);
    this.options = options;
    this.flags = RESET_FLAGS.powerOn;
    const { scheduler } = options;
    const start = (key: string, ready: () => void) =>
      new Countdown({ key: `RCC.${key}`, scheduler, clocks: this, hz: () => 1, onEnd: ready });
    const flag = (bit: number) => () => this.set(R.CR, this.get(R.CR) | bit);
    this.starts = {
      hsi: start('HSI', flag(CR.HSIRDY)),
      hse: start('HSE', flag(CR.HSERDY)),
      pll: start('PLL', flag(CR.PLLRDY)),
      lsi: start('LSI', () => this.set(R.CSR, this.get(R.CSR) | LSIRDY)),
    };
  }

  cpuHz(): number {
    return this.hclk;
  }

  busHz(bus: Bus): number {
    if (bus === 'APB1') return this.apb1;
    return bus === 'APB2' ? this.apb2 : this.hclk;
  }

  /** RM0383 Rev 3, 6.3, RCC_DCKCFGR.TIMPRE: twice or four times the bus, but never more than the processor's clock. */
  timerHz(bus: Bus): number {
    const factor = this.get(R.DCKCFGR) & TIMPRE ? 4 : 2;
    return Math.min(this.hclk, this.busHz(bus) * factor);
  }

  onChange(listener: ClockListener): void {
    this.listeners.push(listener);
  }

  /** Whether a block's clock is on. */
  isEnabled(bus: Bus, bit: number): boolean {
    return (this.get(ENABLE[bus]) & (1 << bit)) !== 0;
  }

  /** Whether software holds a block in reset. */
  isHeldInReset(bus: Bus, bit: number): boolean {
    return (this.get(RESET[bus]) & (1 << bit)) !== 0;
  }

  /** Whether the PLL is switched on: the regulator looks. */
  isPllOn(): boolean {
    return (this.get(R.CR) & CR.PLLON) !== 0;
  }

  /** Notes why the reset that follows happens. Flags add up until software removes them (RMVF); every one sets the pin's. */
  noteReset(cause: ResetCause): void {
    this.flags = (this.flags | RESET_FLAGS[cause]) >>> 0;
  }

  /** A system reset leaves the backup domain and the reset flags alone (6.1.1; 6.3, RCC_CSR). */
  override reset(kind: ResetKind): void {
    const backup = this.get(R.BDCR);
    for (const countdown of Object.values(this.starts)) countdown.stop();
    this.change(() => {
      super.reset(kind);
      if (kind === 'system') this.set(R.BDCR, backup);
      else this.flags = RESET_FLAGS.powerOn;
    });
  }

  /** What is ready, and what is busy, changes by events. */
  steadyUntil(): number {
    return Number.POSITIVE_INFINITY;
  }

  protected override onRead(offset: number): number {
    const word = this.get(offset);
    return offset === R.CSR ? word | this.flags : word;
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    const old = this.get(offset);
    switch (offset) {
      case R.CR:
        return this.writeControl(value, lanes);
      case R.PLLCFGR:
        return this.writePll(value, lanes);
      case R.CFGR:
        return this.writeConfiguration(value, lanes);
      case R.DCKCFGR:
        return this.change(() => void this.store(offset, value, lanes));
      case R.CSR:
        return this.writeStatus(value, lanes);
      case R.CIR:
        if (value & 0x3f00) this.refuse(offset, 'an interrupt when a clock becomes ready');
        return void this.store(offset, value, lanes);
      case R.BDCR:
        if (value & 1) this.refuse(offset, 'the low-speed external oscillator');
        if (value & 0x8000) this.refuse(offset, 'the real-time clock');
        return void this.store(offset, value, lanes);
      case R.SSCGR:
        if (value & 0x80000000) this.refuse(offset, 'spread spectrum');
        return void this.store(offset, value, lanes);
      default:
        this.store(offset, value, lanes);
        this.resetBlocks(offset, this.get(offset) & ~old);
    }
  }

  protected override saveExtra(): unknown {
    const { hsi, hse, pll, lsi } = this.starts;
    const starts = { hsi: hsi.snapshot(), hse: hse.snapshot(), pll: pll.snapshot(), lsi: lsi.snapshot() };
    return { flags: this.flags, starts };
  }

  /** Frequencies follow from the registers; the machine restores the clock itself. */
  protected override loadExtra(extra: unknown): void {
    const { flags, starts } = extra as {
      flags: number;
      starts: Record<keyof typeof START_SECONDS, number | undefined>;
    };
    this.flags = flags;
    this.workOut();
    for (const key of ['hsi', 'hse', 'pll', 'lsi'] as const) this.starts[key].restore(starts[key]);
  }

  private resetBlocks(offset: number, bits: number): void {
    const bus = (Object.keys(RESET) as Bus[]).find((name) => RESET[name] === offset);
    if (bus === undefined) return;
    for (let bit = 0; bit < 32; bit++) if (bits & (1 << bit)) this.options.onReset?.(bus, bit);
  }

  /** A source that drives the system clock cannot be switched off (6.3.1): its bit stays. */
  private writeControl(value: number, lanes: number): void {
    if (value & CR.PLLI2SON) this.refuse(R.CR, 'the PLLI2S');
    if (value & CR.CSSON) this.refuse(R.CR, 'the clock security system');
    const before = this.get(R.CR);
    let next = this.store(R.CR, value, lanes) | SOURCES[this.source()].on;
    if (this.source() === 2) next |= this.get(R.PLLCFGR) & PLLSRC_HSE ? CR.HSEON : CR.HSION;
    if (next & CR.PLLON && !(before & CR.PLLON)) this.checkPll(next);
    this.set(R.CR, next);
    this.follow('hsi', CR.HSION, CR.HSIRDY, true);
    this.follow('hse', CR.HSEON, CR.HSERDY, this.options.hseHz !== undefined);
    this.follow('pll', CR.PLLON, CR.PLLRDY, true);
  }

  /** Starts or stops a source as its bit in CR says. Without a crystal HSE never gets ready. */
  private follow(key: 'hsi' | 'hse' | 'pll', on: number, ready: number, exists: boolean): void {
    const cr = this.get(R.CR);
    const countdown = this.starts[key];
    if (!(cr & on)) {
      countdown.stop();
      this.set(R.CR, cr & ~ready);
    } else if (exists && !(cr & ready) && !countdown.isRunning) countdown.start(START_SECONDS[key]);
  }

  private writePll(value: number, lanes: number): void {
    const old = this.get(R.PLLCFGR);
    const next = this.store(R.PLLCFGR, value, lanes);
    if (next === old || !this.isPllOn()) return;
    throw clockError('RCC_PLLCFGR is written while the PLL is on (RM0383 Rev 3, 6.3.2)');
  }

  /** Ranges of RM0383 Rev 3, 6.3.2, and the rule that the source is ready before the PLL is switched on (6.2.3). */
  private checkPll(cr: number): void {
    const { m, n, input, vco, output, isHse } = this.pll();
    const source = isHse ? SOURCES[1] : SOURCES[0];
    if (!(cr & source.ready)) throw clockError(`the PLL is switched on before its source ${source.name} is ready`);
    checkRange('RCC_PLLCFGR.PLLM', m, LIMITS.pllM);
    checkRange('RCC_PLLCFGR.PLLN', n, LIMITS.pllN);
    checkRange('the input of the PLL in Hz', input, LIMITS.pllInput);
    checkRange('the VCO of the PLL in Hz', vco, LIMITS.pllVco);
    checkRange('the output of the PLL in Hz', output, LIMITS.pllOutput);
  }

  /** f = source / M * N / P (RM0383 Rev 3, 6.3.2). */
  private pll() {
    const word = this.get(R.PLLCFGR);
    const isHse = (word & PLLSRC_HSE) !== 0;
    const m = word & 0x3f;
    const n = field(word, 0x7fc0);
    const input = (isHse ? (this.options.hseHz ?? 0) : HSI_HZ) / m;
    const vco = input * n;
    return { m, n, input, vco, output: vco / (2 * (field(word, 0x30000) + 1)), isHse };
  }

  private writeConfiguration(value: number, lanes: number): void {
    this.change(() => {
      const next = this.store(R.CFGR, value, lanes);
      const wanted = next & 3;
      if (wanted === 3) throw clockError('RCC_CFGR.SW is set to the reserved value 3');
      const { name, ready } = SOURCES[wanted];
      if (!(this.get(R.CR) & ready)) throw clockError(`RCC_CFGR.SW selects ${name}, which is not ready (6.3.3)`);
      this.set(R.CFGR, (next & ~0x0c) | (wanted << 2));
    });
  }

  private writeStatus(value: number, lanes: number): void {
    if (value & RMVF) this.flags = 0;
    const next = this.store(R.CSR, value, lanes);
    if (!(next & LSION)) {
      this.starts.lsi.stop();
      this.set(R.CSR, next & ~LSIRDY);
    } else if (!(next & LSIRDY) && !this.starts.lsi.isRunning) this.starts.lsi.start(START_SECONDS.lsi);
  }

  /** Value of CFGR.SWS: the source in use. */
  private source(): number {
    return field(this.get(R.CFGR), 0x0c);
  }

  private workOut(): void {
    const cfgr = this.get(R.CFGR);
    const system = [() => HSI_HZ, () => this.options.hseHz ?? HSI_HZ, () => this.pll().output][this.source()]();
    const hpre = field(cfgr, 0xf0);
    this.hclk = hpre < 8 ? system : system / AHB_DIVISORS[hpre - 8];
    this.apb1 = this.hclk / apbDivisor(field(cfgr, 0x1c00));
    this.apb2 = this.hclk / apbDivisor(field(cfgr, 0xe000));
  }

  private change(act: () => void): void {
    for (const listener of this.listeners) listener('before');
    act();
    this.workOut();
    this.checkFrequencies();
    this.options.onFrequency(this.hclk);
    for (const listener of this.listeners) listener('after');
  }

  private checkFrequencies(): void {
    for (const { hz, because } of this.options.cpuLimits?.() ?? []) {
      if (this.hclk > hz) throw clockError(`the processor's clock is set to ${this.hclk} Hz: ${because}`);
    }
    checkRange('the clock of APB1 in Hz', this.apb1, LIMITS.apb1);
    checkRange('the clock of APB2 in Hz', this.apb2, LIMITS.apb2);
  }
}

function apbDivisor(bits: number): number {
  return bits < 4 ? 1 : 2 ** (bits - 3);
}

function clockError(text: string): EmulationError {
  return new EmulationError('EMU006', text);
}

function checkRange(what: string, value: number, [least, most]: readonly [number, number]): void {
  if (value >= least && value <= most) return;
  throw clockError(`${what} is ${value}; allowed is ${least} to ${most} (RM0383 Rev 3, 6.3.2 and 6.3.3)`);
}
