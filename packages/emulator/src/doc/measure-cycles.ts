/** Cycles of single instructions on the emulator, by each of the two paths of its interpreter. */
import { createBareMachine, type Machine } from '../machine.ts';

const FLASH = 0x08000000;
const RAM = 0x20000000;
const CODE = FLASH + 0x200;
const TARGET = FLASH + 0x300;

export interface Measured {
  /** One instruction at a time. */
  readonly general: number;
  /** As the loop of frequent instructions does it, where it does. */
  readonly usual: number;
}

/** What an instruction, given by its halfwords, takes. */
export function measureCycles(halfwords: readonly number[]): Measured {
  const machine = prepared(halfwords);
  const state = machine.snapshot();
  const { cpu, clock } = machine;
  const before = clock.cycles;
  cpu.step();
  const general = clock.cycles - before;
  machine.restore(state);
  machine.run({ maxInstructions: 1 });
  return { general, usual: clock.cycles - before };
}

/** With the registers that cycle-classes.ts speaks of. */
function prepared(halfwords: readonly number[]): Machine {
  const machine = createBareMachine({ flash: { start: FLASH, size: 0x1000 }, ram: { start: RAM, size: 0x2000 } });
  const words = (address: number, ...values: number[]) =>
    machine.load(address, new Uint8Array(Uint32Array.from(values).buffer));
  words(FLASH, RAM + 0x1000, CODE + 1);
  machine.load(CODE, new Uint8Array(Uint16Array.from([...halfwords, 0xbf00, 0xbf00, 0xbf00]).buffer));
  machine.reset('power-on');
  machine.bus.write32(0xe000ed88, 0x00f00000);
  const { cpu } = machine;
  cpu.r.set([1, 1, 2, 3, 4, 2, RAM + 0x100, RAM + 0x200]);
  cpu.r[14] = TARGET + 1;
  cpu.r[15] = 0;
  cpu.z = 1;
  words(RAM + 0x100, 0, 0, 0, 0, 0, 0, 0, 0);
  words(RAM + 0x200, TARGET + 1);
  words(RAM + 0x1000, 0, TARGET + 1, 0, 0, 0, 0, 0, 0);
  return machine;
}
