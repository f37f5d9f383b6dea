/** What the system configurations of the families share: EXTICR1..4 choose the port whose pin an external line watches. */
import { type Register, RegisterBlock, WORDS_ONLY } from './register-block.ts';

const EXTICR1 = 0x08;

/** The four registers, whose fields of 4 bits keep `fieldMask`. */
export function selectRegisters(fieldMask: number): Register[] {
  const writable = fieldMask * 0x1111;
  return [0, 1, 2, 3].map((i) => ({ name: `EXTICR${i + 1}`, offset: EXTICR1 + 4 * i, reset: 0, writable }));
}

export abstract class PortSelect extends RegisterBlock {
  private readonly ports: Readonly<Record<number, string>>;

  /** `ports`: letters by the value of a field. */
  constructor(registers: readonly Register[], ports: Readonly<Record<number, string>>) {
    super('SYSCFG', registers, WORDS_ONLY);
    this.ports = ports;
  }

  /** The port whose pin a line (0..15) watches. */
  portOfLine(line: number): string | undefined {
    const control = this.get(EXTICR1 + (line & ~3));
    return this.ports[(control >>> (4 * (line & 3))) & 15];
  }
}
