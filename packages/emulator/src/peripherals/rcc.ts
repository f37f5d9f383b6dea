/**
 * Reset and clock control of the STM32F411: RM0383 Rev 3, chapter 6. Modelled: HSI, HSE, PLL and LSI with their ready
 * flags and start-up times, the system clock switch, bus prescalers, enable and reset bits, reset flags. What other
 * families have, too, is in clock-control.ts.
 *
 * A PLL outside its ranges is refused as a mistake. Not modelled, and refused when switched on: LSE, PLLI2S,
 * clock security system, ready interrupts, spread spectrum. The MCO bits are kept; nothing comes out.
 */
import { ClockControl, type ClockControlOptions, clockError } from './clock-control.ts';
import { CR, FACTS, HSI_HZ, PLL_LIMITS, R } from './rcc-registers.ts';
import { field } from './register-block.ts';

const TIMPRE = 1 << 24;
const PLLSRC_HSE = 1 << 22;

export type RccOptions = ClockControlOptions;

export class Rcc extends ClockControl {
  constructor(options: RccOptions) {
    super(FACTS, options);
  }

  /** Whether the PLL is switched on: the regulator looks. */
  isPllOn(): boolean {
    return (this.get(R.CR) & CR.PLLON) !== 0;
  }

  protected override systemHz(source: string): number {
    if (source === 'PLL') return this.pll().output;
    return source === 'HSE' ? (this.options.hseHz ?? HSI_HZ) : HSI_HZ;
  }

  /** RM0383 Rev 3, 6.3, RCC_DCKCFGR.TIMPRE. */
  protected override timerFactor(): number {
    return this.get(R.DCKCFGR) & TIMPRE ? 4 : 2;
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
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
        return this.writeBackup(value, lanes);
      case R.SSCGR:
        if (value & 0x80000000) this.refuse(offset, 'spread spectrum');
        return void this.store(offset, value, lanes);
      default:
        this.writeGates(offset, value, lanes);
    }
  }

  /** A source that drives the system clock cannot be switched off (6.3.1): its bit stays. */
  private writeControl(value: number, lanes: number): void {
    if (value & CR.PLLI2SON) this.refuse(R.CR, 'the PLLI2S');
    if (value & CR.CSSON) this.refuse(R.CR, 'the clock security system');
    const before = this.get(R.CR);
    const inUse = this.systemSource();
    let next = this.store(R.CR, value, lanes) | this.source(inUse).on;
    if (inUse === 'PLL') next |= this.get(R.PLLCFGR) & PLLSRC_HSE ? CR.HSEON : CR.HSION;
    if (next & CR.PLLON && !(before & CR.PLLON)) this.checkPll(next);
    this.set(R.CR, next);
    for (const name of ['HSI', 'HSE', 'PLL']) this.follow(name);
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
    const source = this.source(isHse ? 'HSE' : 'HSI');
    if (!(cr & source.ready)) throw clockError(`the PLL is switched on before its source ${source.name} is ready`);
    this.checkRange('RCC_PLLCFGR.PLLM', m, PLL_LIMITS.m);
    this.checkRange('RCC_PLLCFGR.PLLN', n, PLL_LIMITS.n);
    this.checkRange('the input of the PLL in Hz', input, PLL_LIMITS.input);
    this.checkRange('the VCO of the PLL in Hz', vco, PLL_LIMITS.vco);
    this.checkRange('the output of the PLL in Hz', output, PLL_LIMITS.output);
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
}
