/**
 * What the reset and clock controls of the families share. A source of a clock (an oscillator, a PLL) is switched on by
 * one bit and shows in another that it is ready, some time later. CFGR.SW chooses one as the system clock, CFGR.HPRE
 * divides it for the processor and the AHB, PPRE1 and PPRE2 divide that for the APBs. Blocks have a bit each in a
 * register of clock enables (`AHB1ENR`) and in the one of resets beside it (`AHB1RSTR`). CSR tells why the last reset
 * happened. A family's own file gives the places, the numbers and what else there is.
 *
 * Strict where silicon would fail in its own way: a switch to a source that is not ready, a processor clock above what
 * others allow (flash wait states, voltage), a bus above its limit.
 */
import { invariant } from '@kickstage/base/invariant';
import { EmulationError, type ResetKind, type Scheduler } from '../peripheral.ts';
import type { Bus, ClockListener, ClockTree } from './clock-tree.ts';
import { Countdown } from './countdown.ts';
import { field, type Register, RegisterBlock } from './register-block.ts';

export interface ClockControlOptions {
  readonly scheduler: Scheduler;
  /** Frequency of the crystal in Hz; undefined when there is none: HSERDY never comes. */
  readonly hseHz?: number;
  /** Called with the processor's frequency whenever it changes. */
  readonly onFrequency: (hz: number) => void;
  /** Called for a block whose reset bit is set: its clock-enable register (`AHB1ENR`) and bit. */
  readonly onReset?: (register: string, bit: number) => void;
  /** The highest processor clock in Hz that flash (wait states) and regulator allow, and what would have to be done. */
  readonly cpuLimits?: () => readonly ClockLimit[];
  /** The backup domain; without it, it is open and empty. */
  readonly backup?: BackupDomain;
}

export interface BackupDomain {
  /** PWR: whether it may be written. */
  readonly isOpen: () => boolean;
  /** BDCR.BDRST: what else is in the domain is reset. */
  readonly onReset: () => void;
  /** VBAT is there while the rest has no power. */
  readonly hasBattery: boolean;
}

export interface ClockLimit {
  readonly hz: number;
  readonly because: string;
}

/** What lets a block's clock through. */
export interface ClockGate {
  readonly isOpen: () => boolean;
  /** Whether software holds the block in reset. */
  readonly isHeldInReset: () => boolean;
}

export type ResetCause = 'powerOn' | 'pin' | 'software' | 'iwdg' | 'wwdg' | 'optionBytes';

/** Where a source is switched on, and where it says that it is ready. */
export interface ClockSource {
  readonly name: string;
  readonly register: number;
  readonly on: number;
  readonly ready: number;
  /** Seconds from the one to the other. */
  readonly seconds: number;
}

export type Range = readonly [least: number, most: number];

/** What differs between families. */
export interface ClockFacts {
  readonly registers: readonly Register[];
  readonly at: { readonly CFGR: number; readonly BDCR: number; readonly CSR: number };
  /** The processor's clock after reset, in Hz. */
  readonly resetHz: number;
  readonly sources: readonly ClockSource[];
  /** Names of sources by the value of CFGR.SW; values beyond are reserved. */
  readonly systemSources: readonly string[];
  /** Masks of the prescalers in CFGR: AHB, APB1, APB2. */
  readonly prescalers: readonly [hpre: number, ppre1: number, ppre2: number];
  /** Hz. */
  readonly apb1: Range;
  readonly apb2: Range;
  /** Flags of CSR by the cause of a reset, and the bit that removes them. */
  readonly resetFlags: Readonly<Record<ResetCause, number>>;
  readonly removeFlags: number;
  /** Manual, and its sections on the clock registers. */
  readonly manual: string;
  readonly switchSection: string;
  readonly limitSections: string;
}

const AHB_DIVISORS = [2, 4, 8, 16, 64, 128, 256, 512];
/** Of BDCR: RM0383 Rev 3, 6.3.20; RM0351 Rev 9, 6.4.29. */
const BDCR = { LSEON: 1 << 0, RTCSEL: 0x300, RTCEN: 1 << 15, BDRST: 1 << 16 } as const;
const RTCSEL_LSE = 1;
const SW = 0x3;
const SWS = 0xc;

export abstract class ClockControl extends RegisterBlock implements ClockTree {
  protected readonly options: ClockControlOptions;
  protected readonly facts: ClockFacts;
  private readonly listeners: ClockListener[] = [];
  private flags: number;
  private readonly starts = new Map<string, Countdown>();
  /** Something keeps the LSI on, whatever CSR.LSION says. */
  private lsiForced = false;
  /** Frequencies in use, worked out at each change. */
  protected sysclk: number;
  private hclk: number;
  private apb1: number;
  private apb2: number;

  constructor(facts: ClockFacts, options: ClockControlOptions) {
    super('RCC', facts.registers);
    this.options = options;
    this.facts = facts;
    this.flags = facts.resetFlags.powerOn;
    this.sysclk = this.hclk = this.apb1 = this.apb2 = facts.resetHz;
    const { scheduler } = options;
    for (const { name, register, ready } of facts.sources) {
      const onEnd = () => this.set(register, this.get(register) | ready);
      this.starts.set(name, new Countdown({ key: `RCC.${name}`, scheduler, clocks: this, hz: () => 1, onEnd }));
    }
  }

  cpuHz(): number {
    return this.hclk;
  }

  busHz(bus: Bus): number {
    if (bus === 'APB1') return this.apb1;
    return bus === 'APB2' ? this.apb2 : this.hclk;
  }

  /** A multiple of the bus, but never more than the processor's clock. */
  timerHz(bus: Bus): number {
    return Math.min(this.hclk, this.busHz(bus) * this.timerFactor());
  }

  onChange(listener: ClockListener): void {
    this.listeners.push(listener);
  }

  /** The gate of a block's clock: its clock-enable register (`AHB1ENR`) and bit. */
  gate(register: string, bit: number): ClockGate {
    const enable = this.offsetOf(register);
    const reset = this.offsetOf(register.replace('ENR', 'RSTR'));
    const mask = 1 << bit;
    return {
      isOpen: () => (this.get(enable) & mask) !== 0,
      isHeldInReset: () => (this.get(reset) & mask) !== 0,
    };
  }

  /** Whether the processor's clock and the buses' are within their limits; ends the run if not. */
  checkFrequencies(): void {
    for (const { hz, because } of this.options.cpuLimits?.() ?? []) {
      if (this.hclk > hz) throw clockError(`the processor's clock is set to ${this.hclk} Hz: ${because}`);
    }
    this.checkRange('the clock of APB1 in Hz', this.apb1, this.facts.apb1);
    this.checkRange('the clock of APB2 in Hz', this.apb2, this.facts.apb2);
  }

  /** Notes why the reset that follows happens. Flags add up until software removes them (RMVF); every one sets the pin's. */
  noteReset(cause: ResetCause): void {
    this.flags = (this.flags | this.facts.resetFlags[cause]) >>> 0;
  }

  /**
   * Switches the LSI on until the next reset, whatever CSR.LSION says (RM0383 Rev 3, 6.2.9; RM0351 Rev 9, 6.2.15). Gives
   * the seconds until it is ready.
   */
  forceLsi(): number {
    this.lsiForced = true;
    this.follow('LSI');
    return this.lsiSeconds() ?? 0;
  }

  /** Seconds until the LSI is ready, 0 where it is; undefined while it is off. */
  lsiSeconds(): number | undefined {
    if (this.isReady('LSI')) return 0;
    const start = this.starts.get('LSI')!;
    return start.isRunning ? start.periodsLeft() : undefined;
  }

  /** A system reset leaves the backup domain and the reset flags alone. */
  override reset(kind: ResetKind): void {
    const { at, resetFlags } = this.facts;
    const { backup: domain } = this.options;
    const backup = this.get(at.BDCR);
    for (const countdown of this.starts.values()) countdown.stop();
    this.lsiForced = false;
    this.change(() => {
      super.reset(kind);
      if (kind === 'system' || domain?.hasBattery) this.set(at.BDCR, backup);
      if (kind === 'power-on') this.flags = resetFlags.powerOn;
    });
  }

  /** The system clock in Hz, as the registers say. */
  protected abstract systemHz(source: string): number;

  /** How many times its bus a timer's clock is. */
  protected timerFactor(): number {
    return 2;
  }

  /** Whether a source can ever get ready. */
  protected exists(source: string): boolean {
    return source !== 'HSE' || this.options.hseHz !== undefined;
  }

  /** What is ready changes by events. */
  steadyUntil(): number {
    return Number.POSITIVE_INFINITY;
  }

  protected override onRead(offset: number): number {
    const word = this.get(offset);
    return offset === this.facts.at.CSR ? word | this.flags : word;
  }

  protected override saveExtra(): unknown {
    const { flags, lsiForced } = this;
    return { flags, lsiForced, starts: [...this.starts].map(([name, start]) => [name, start.snapshot()]) };
  }

  /** Frequencies follow from the registers; the machine restores the clock itself. */
  protected override loadExtra(extra: unknown): void {
    const { flags, lsiForced, starts } = extra as {
      flags: number;
      lsiForced: boolean;
      starts: [string, number | undefined][];
    };
    this.flags = flags;
    this.lsiForced = lsiForced;
    this.workOut();
    for (const [name, end] of starts) this.starts.get(name)?.restore(end);
  }

  protected source(name: string): ClockSource {
    const source = this.facts.sources.find((row) => row.name === name);
    invariant(source, `no clock source ${name}`);
    return source;
  }

  protected isReady(name: string): boolean {
    const { register, ready } = this.source(name);
    return (this.get(register) & ready) !== 0;
  }

  /** Name of the source that drives the system clock. */
  protected systemSource(): string {
    return this.facts.systemSources[field(this.get(this.facts.at.CFGR), SWS)];
  }

  /** Starts or stops a source as its bit says. Without a crystal HSE never gets ready. */
  protected follow(name: string): void {
    const { register, on, ready, seconds } = this.source(name);
    const word = this.get(register);
    const countdown = this.starts.get(name)!;
    if (!(word & on) && !(name === 'LSI' && this.lsiForced)) {
      countdown.stop();
      this.set(register, word & ~ready);
    } else if (this.exists(name) && !(word & ready) && !countdown.isRunning) countdown.start(seconds);
  }

  protected writeConfiguration(value: number, lanes: number): void {
    const { at, systemSources, switchSection } = this.facts;
    this.change(() => {
      const next = this.store(at.CFGR, value, lanes);
      const wanted = next & SW;
      if (wanted >= systemSources.length) throw clockError(`RCC_CFGR.SW is set to the reserved value ${wanted}`);
      const name = systemSources[wanted];
      if (!this.isReady(name)) throw clockError(`RCC_CFGR.SW selects ${name}, which is not ready (${switchSection})`);
      this.set(at.CFGR, (next & ~SWS) | (wanted << 2));
    });
  }

  protected writeStatus(value: number, lanes: number): void {
    if (value & this.facts.removeFlags) this.flags = 0;
    this.store(this.facts.at.CSR, value, lanes);
    this.follow('LSI');
  }

  /** Whether the RTC has a clock. */
  isRtcClocked(): boolean {
    const bdcr = this.get(this.facts.at.BDCR);
    return (bdcr & BDCR.RTCEN) !== 0 && (bdcr & BDCR.RTCSEL) !== 0;
  }

  /** A source of the RTC's clock stays until the domain is reset. */
  protected writeBackup(value: number, lanes: number): void {
    const offset = this.facts.at.BDCR;
    const old = this.get(offset);
    const { backup } = this.options;
    if (backup && !backup.isOpen()) {
      throw new EmulationError(
        'EMU014',
        `${this.nameOf(offset)} is written while the backup domain is closed: set PWR_CR.DBP (PWR_CR1.DBP) first`,
      );
    }
    if (value & BDCR.LSEON) this.refuse(offset, 'the low-speed external oscillator');
    const next = this.store(offset, value, lanes);
    if (next & BDCR.BDRST) {
      this.set(offset, BDCR.BDRST);
      return backup?.onReset();
    }
    if (field(next, BDCR.RTCSEL) === RTCSEL_LSE) this.refuse(offset, 'LSE as the clock of the RTC');
    if (old & BDCR.RTCSEL && (next ^ old) & BDCR.RTCSEL) {
      throw clockError('RCC_BDCR.RTCSEL is changed: it stays as it is until BDRST resets the backup domain');
    }
  }

  /** Writes a register of enables or resets: blocks whose reset bit comes up are reset. */
  protected writeGates(offset: number, value: number, lanes: number): void {
    const old = this.get(offset);
    const risen = this.store(offset, value, lanes) & ~old;
    const name = this.facts.registers.find((register) => register.offset === offset)?.name ?? '';
    if (!name.includes('RSTR')) return;
    const enables = name.replace('RSTR', 'ENR');
    for (let bit = 0; bit < 32; bit++) if (risen & (1 << bit)) this.options.onReset?.(enables, bit);
  }

  /** Does something that may change frequencies, and starts no countdown: who counts clocks is told before and after. */
  protected change(act: () => void): void {
    for (const listener of this.listeners) listener('before');
    act();
    this.workOut();
    this.checkFrequencies();
    this.options.onFrequency(this.hclk);
    for (const listener of this.listeners) listener('after');
  }

  protected checkRange(what: string, value: number, [least, most]: Range): void {
    if (value >= least && value <= most) return;
    const { manual, limitSections } = this.facts;
    throw clockError(`${what} is ${value}; allowed is ${least} to ${most} (${manual}, ${limitSections})`);
  }

  private offsetOf(name: string): number {
    const register = this.facts.registers.find((row) => row.name === name);
    invariant(register, `RCC has no register ${name}`);
    return register.offset;
  }

  private workOut(): void {
    const cfgr = this.get(this.facts.at.CFGR);
    const [hpreMask, ppre1, ppre2] = this.facts.prescalers;
    this.sysclk = this.systemHz(this.systemSource());
    const hpre = field(cfgr, hpreMask);
    this.hclk = hpre < 8 ? this.sysclk : this.sysclk / AHB_DIVISORS[hpre - 8];
    this.apb1 = this.hclk / apbDivisor(field(cfgr, ppre1));
    this.apb2 = this.hclk / apbDivisor(field(cfgr, ppre2));
  }
}

export function clockError(text: string): EmulationError {
  return new EmulationError('EMU006', text);
}

function apbDivisor(bits: number): number {
  return bits < 4 ? 1 : 2 ** (bits - 3);
}
