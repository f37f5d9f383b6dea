/**
 * General-purpose I/O: RM0383 Rev 3, chapter 8. Modelled: modes, pull-ups and pull-downs, output data, bit set and
 * reset, inputs driven from outside, the configuration lock. Alternate functions are kept; what a peripheral drives on a
 * pin is not shown as a pin event.
 */
import { EmulationError } from '../peripheral.ts';
import { type Register, RegisterBlock } from './register-block.ts';

function registers(port: string): readonly Register[] {
  const moder = port === 'A' ? 0xa8000000 : port === 'B' ? 0x00000280 : 0;
  const speed = port === 'A' ? 0x0c000000 : port === 'B' ? 0x000000c0 : 0;
  const pulls = port === 'A' ? 0x64000000 : port === 'B' ? 0x00000100 : 0;
  const all = 0xffffffff;
  return [
    { name: 'MODER', offset: 0x00, reset: moder, writable: all },
    { name: 'OTYPER', offset: 0x04, reset: 0, writable: 0xffff },
    { name: 'OSPEEDR', offset: 0x08, reset: speed, writable: all },
    { name: 'PUPDR', offset: 0x0c, reset: pulls, writable: all },
    { name: 'IDR', offset: 0x10, reset: 0, writable: 0, ignored: 0xffff },
    { name: 'ODR', offset: 0x14, reset: 0, writable: 0xffff },
    { name: 'BSRR', offset: 0x18, reset: 0, writable: 0, ignored: all },
    { name: 'LCKR', offset: 0x1c, reset: 0, writable: 0x1ffff },
    { name: 'AFRL', offset: 0x20, reset: 0, writable: all },
    { name: 'AFRH', offset: 0x24, reset: 0, writable: all },
  ];
}

const OUTPUT = 1;
const ANALOG = 3;

export interface GpioOptions {
  /** `A`, `B`, … */
  readonly port: string;
  /** An output pin's level changed. */
  readonly onOutput: (pin: string, level: 0 | 1) => void;
  /** The level that a pin has for the inside changed: EXTI watches it. */
  readonly onInput?: (port: string, pin: number, level: 0 | 1) => void;
}

export class Gpio extends RegisterBlock {
  private readonly options: GpioOptions;
  /** What drives each pin from outside; undefined: nothing does. */
  private readonly driven: (0 | 1 | undefined)[] = new Array(16).fill(undefined);
  private levels = 0;
  private outputs = 0;
  private outputLevels = 0;

  constructor(options: GpioOptions) {
    super(`GPIO${options.port}`, registers(options.port));
    this.options = options;
    this.update();
  }

  /** Drives a pin from outside, or lets it go. */
  drive(pin: number, level: 0 | 1 | undefined): void {
    this.driven[pin] = level;
    this.update();
  }

  protected override onRead(name: string): number {
    if (name === 'BSRR') return 0;
    return name === 'IDR' ? this.levels : this.get(name);
  }

  protected override onWrite(name: string, value: number, _old: number): void {
    switch (name) {
      case 'BSRR': {
        const odr = (this.get('ODR') & ~(value >>> 16)) | (value & 0xffff);
        this.set('ODR', odr);
        break;
      }
      case 'IDR':
        throw new EmulationError('EMU007', `${this.name}_IDR is read-only`);
      case 'LCKR':
        if (value & 0x10000) this.refuse('LCKR', 'the configuration lock');
        this.store(name, value);
        break;
      default:
        this.store(name, value);
    }
    this.update();
  }

  protected override onReset(): void {
    this.update();
  }

  protected override saveExtra(): unknown {
    return { driven: [...this.driven], levels: this.levels, outputs: this.outputs, outputLevels: this.outputLevels };
  }

  protected override loadExtra(extra: unknown): void {
    const state = extra as { driven: (0 | 1 | undefined)[]; levels: number; outputs: number; outputLevels: number };
    state.driven.forEach((level, pin) => {
      this.driven[pin] = level;
    });
    ({ levels: this.levels, outputs: this.outputs, outputLevels: this.outputLevels } = state);
  }

  /** Level of a pin: its own output, else what drives it, else its pull, else low. Analog pins read 0. */
  private levelOf(pin: number): 0 | 1 {
    const mode = (this.get('MODER') >>> (2 * pin)) & 3;
    if (mode === ANALOG) return 0;
    const isOpenDrain = (this.get('OTYPER') >>> pin) & 1;
    const out = ((this.get('ODR') >>> pin) & 1) as 0 | 1;
    if (mode === OUTPUT && !(isOpenDrain && out === 1)) return out;
    const outside = this.driven[pin];
    if (outside !== undefined) return outside;
    return ((this.get('PUPDR') >>> (2 * pin)) & 3) === 1 ? 1 : 0;
  }

  /** Output events start with the level that a pin has when it becomes an output. */
  private update(): void {
    let levels = 0;
    for (let pin = 0; pin < 16; pin++) {
      const level = this.levelOf(pin);
      levels |= level << pin;
      const isOutput = ((this.get('MODER') >>> (2 * pin)) & 3) === OUTPUT;
      const wasOutput = (this.outputs >>> pin) & 1;
      const before = (this.outputLevels >>> pin) & 1;
      if (isOutput && (!wasOutput || before !== level)) this.options.onOutput(`P${this.options.port}${pin}`, level);
      this.outputs = isOutput ? this.outputs | (1 << pin) : this.outputs & ~(1 << pin);
      this.outputLevels = (this.outputLevels & ~(1 << pin)) | (level << pin);
    }
    const changed = levels ^ this.levels;
    this.levels = levels;
    for (let pin = 0; pin < 16; pin++) {
      if (changed & (1 << pin)) this.options.onInput?.(this.options.port, pin, ((levels >>> pin) & 1) as 0 | 1);
    }
  }
}
