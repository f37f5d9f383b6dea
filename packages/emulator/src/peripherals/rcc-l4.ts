/**
 * Reset and clock control of the STM32L476: RM0351 Rev 9, chapter 6. Modelled: MSI with its ranges, HSI16, HSE, PLL
 * (output R) and LSI with their ready flags and start-up times, the system clock switch, bus prescalers, enable and reset
 * bits, the clocks of serial ports (CCIPR), reset flags. What other families have, too, is in clock-control.ts.
 *
 * A PLL outside its ranges, or one whose R output is not switched on and is to be the system clock, is refused as a
 * mistake; so is a new MSI range while the MSI starts. Not modelled, and refused when switched on: LSE, and with it the
 * MSI's calibration, PLLSAI1 and 2, PLL outputs P and Q, clock security system, ready interrupts. The MCO bits
 * are kept; nothing comes out.
 */
import { ClockControl, type ClockControlOptions, clockError } from './clock-control.ts';
import {
  CR,
  FACTS,
  HSI_HZ,
  MSI_HZ,
  MSISRANGE,
  MSISRANGES,
  PLL_LIMITS,
  PLLCFGR,
  PORT_SELECT,
  R,
} from './rcc-l4-registers.ts';
import { field } from './register-block.ts';

/** By the value of PLLCFGR.PLLSRC. */
const PLL_SOURCES = [undefined, 'MSI', 'HSI16', 'HSE'] as const;

export interface RccL4Options extends ClockControlOptions {
  /** The regulator's voltage range in force. The PLL's limits follow it. */
  readonly voltageRange?: () => number;
}

export class RccL4 extends ClockControl {
  private readonly voltageRange: () => number;

  constructor(options: RccL4Options) {
    super(FACTS, options);
    this.voltageRange = options.voltageRange ?? (() => 1);
  }

  /** The clock of a serial port in Hz, as CCIPR chooses it: its bus, the system clock or HSI16. */
  portHz(port: string): number {
    switch (field(this.get(R.CCIPR), PORT_SELECT[port])) {
      case 0:
        return this.busHz(port === 'USART1' ? 'APB2' : 'APB1');
      case 1:
        return this.sysclk;
      default:
        if (!this.isReady('HSI16')) throw clockError(`${port} is clocked by HSI16 (RCC_CCIPR), which is not ready`);
        return HSI_HZ;
    }
  }

  protected override systemHz(source: string): number {
    if (source === 'PLL') return this.pll().output;
    return this.sourceHz(source);
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    switch (offset) {
      case R.CR:
        return this.writeControl(value, lanes);
      case R.PLLCFGR:
        return this.writePll(value, lanes);
      case R.CFGR:
        if ((value & 3) === 3) this.checkOutput();
        return this.writeConfiguration(value, lanes);
      case R.CCIPR:
        return this.writePortClocks(value, lanes);
      case R.CSR:
        return this.writeRange(value, lanes);
      case R.CIER:
        if (value !== 0) this.refuse(offset, 'an interrupt when a clock becomes ready');
        return void this.store(offset, value, lanes);
      case R.BDCR:
        return this.writeBackup(value, lanes);
      default:
        this.writeGates(offset, value, lanes);
    }
  }

  /** A source that drives the system clock cannot be switched off (6.4.1): its bit stays. */
  private writeControl(value: number, lanes: number): void {
    if (value & CR.PLLSAION) this.refuse(R.CR, 'PLLSAI1 or PLLSAI2');
    if (value & CR.CSSON) this.refuse(R.CR, 'the clock security system');
    if (value & CR.MSIPLLEN) this.refuse(R.CR, "the MSI's calibration by LSE");
    this.change(() => {
      const before = this.get(R.CR);
      const inUse = this.systemSource();
      // MSIRGSEL falls by a reset only.
      let next = this.store(R.CR, value, lanes) | this.source(inUse).on | (before & CR.MSIRGSEL);
      if (inUse === 'PLL') next |= this.source(this.pllSource() ?? inUse).on;
      this.set(R.CR, next);
      this.checkMsi(before, next);
      if (next & CR.PLLON && !(before & CR.PLLON)) this.checkPll();
    });
    for (const name of ['MSI', 'HSI16', 'HSE', 'PLL']) this.follow(name);
  }

  /** MSIRANGE may change while the MSI is off or ready, and not while it starts (6.4.1). */
  private checkMsi(before: number, next: number): void {
    if (field(next, CR.MSIRANGE) >= MSI_HZ.length) {
      throw clockError(`RCC_CR.MSIRANGE is set to the reserved value ${field(next, CR.MSIRANGE)}`);
    }
    const isStarting = (before & (CR.MSION | CR.MSIRDY)) === CR.MSION;
    if ((before ^ next) & CR.MSIRANGE && isStarting) {
      throw clockError('RCC_CR.MSIRANGE is changed while the MSI starts (RM0351 Rev 9, 6.4.1)');
    }
  }

  private writePll(value: number, lanes: number): void {
    if (value & PLLCFGR.P_Q_EN) this.refuse(R.PLLCFGR, 'an output P or Q of the PLL');
    const old = this.get(R.PLLCFGR);
    const next = this.store(R.PLLCFGR, value, lanes);
    // The output may be switched on and off at any time.
    if (((next ^ old) & ~PLLCFGR.REN) !== 0 && this.get(R.CR) & CR.PLLON) {
      throw clockError('RCC_PLLCFGR is written while the PLL is on (RM0351 Rev 9, 6.4.4)');
    }
    if (this.systemSource() === 'PLL') this.checkOutput();
  }

  private checkOutput(): void {
    if (this.get(R.PLLCFGR) & PLLCFGR.REN) return;
    throw clockError('the PLL is the system clock, and RCC_PLLCFGR.PLLREN is not set (RM0351 Rev 9, 6.4.4)');
  }

  /** Ranges of RM0351 Rev 9, 6.4.4, and the rule that the source is ready before the PLL is switched on (6.2.5). */
  private checkPll(): void {
    const name = this.pllSource();
    if (name === undefined) throw clockError('the PLL is switched on without a source (RCC_PLLCFGR.PLLSRC)');
    if (!this.isReady(name)) throw clockError(`the PLL is switched on before its source ${name} is ready`);
    const { n, input, vco, output } = this.pll();
    const range = this.voltageRange() === 2 ? 2 : 1;
    this.checkRange('RCC_PLLCFGR.PLLN', n, PLL_LIMITS.n);
    this.checkRange('the input of the PLL in Hz', input, PLL_LIMITS.input);
    this.checkRange('the VCO of the PLL in Hz', vco, PLL_LIMITS.vco[range]);
    this.checkRange('the output of the PLL in Hz', output, PLL_LIMITS.output[range]);
  }

  private pllSource(): (typeof PLL_SOURCES)[number] {
    return PLL_SOURCES[field(this.get(R.PLLCFGR), PLLCFGR.SRC)];
  }

  /** f = source / M * N / R (RM0351 Rev 9, 6.4.4). */
  private pll() {
    const word = this.get(R.PLLCFGR);
    const n = field(word, PLLCFGR.N);
    const input = this.sourceHz(this.pllSource() ?? 'HSE') / (field(word, PLLCFGR.M) + 1);
    const vco = input * n;
    return { n, input, vco, output: vco / (2 * (field(word, PLLCFGR.R) + 1)) };
  }

  private sourceHz(name: string): number {
    if (name === 'HSI16') return HSI_HZ;
    if (name === 'HSE') return this.options.hseHz ?? 0;
    const cr = this.get(R.CR);
    return MSI_HZ[cr & CR.MSIRGSEL ? field(cr, CR.MSIRANGE) : field(this.get(R.CSR), MSISRANGE)];
  }

  private writePortClocks(value: number, lanes: number): void {
    this.change(() => {
      const next = this.store(R.CCIPR, value, lanes);
      for (const [port, mask] of Object.entries(PORT_SELECT)) {
        if (field(next, mask) === 3) this.refuse(R.CCIPR, `LSE as the clock of ${port}`);
      }
    });
  }

  /** The range after standby: it can be written only when the one in use is CR's (6.4.30). */
  private writeRange(value: number, lanes: number): void {
    const range = this.get(R.CSR) & MSISRANGE;
    this.writeStatus(value, lanes);
    const next = this.get(R.CSR) & MSISRANGE;
    if (next === range) return;
    this.checkRange('RCC_CSR.MSISRANGE', field(next, MSISRANGE), MSISRANGES);
    if (this.get(R.CR) & CR.MSIRGSEL) return;
    throw clockError('RCC_CSR.MSISRANGE is written while RCC_CR.MSIRGSEL is 0 (RM0351 Rev 9, 6.4.30)');
  }
}
