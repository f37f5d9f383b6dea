/** A block of registers or an area of memory that the chip has and the machine does not: every access ends the run. */
import { EmulationError, type Peripheral } from '../peripheral.ts';
import { hex } from './register-block.ts';

export class Unmodelled implements Peripheral {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  read(offset: number): never {
    return this.refuse('read', offset);
  }

  write(offset: number): never {
    return this.refuse('write', offset);
  }

  reset(): void {}

  snapshot(): unknown {
    return undefined;
  }

  restore(): void {}

  private refuse(verb: string, offset: number): never {
    throw new EmulationError('EMU004', `${verb} of ${this.name} at offset ${hex(offset, 2)}: it is not modelled`);
  }
}
