import { expect, test } from 'vitest';
import { createBareMachine } from '../../machine.ts';
import { EVERYTHING } from './translator.ts';

const FLASH = { start: 0x0800_0000, size: 0x1000 };
const RAM = { start: 0x2000_0000, size: 0x1000 };
const CODE = FLASH.start + 0x100;
const OTHER = FLASH.start + 0x200;
/** MOVS R0, #n; ADDS R1, #1; B to the first. */
const program = (n: number) => new Uint8Array([n, 0x20, 0x01, 0x31, 0xfc, 0xe7]);

/** More than 16 bits count. */
const CHANGES = 70_000;

test('code that is changed again and again is what is executed', () => {
  const machine = createBareMachine({ flash: FLASH, ram: RAM });
  const { cpu } = machine;
  machine.load(FLASH.start, new Uint8Array(Uint32Array.of(RAM.start + RAM.size, CODE + 1).buffer));
  machine.reset('power-on');
  cpu.translator.setOptions(EVERYTHING);
  const runFrom = (address: number) => {
    cpu.pc = address;
    machine.run({ maxInstructions: 40 });
    return cpu.r[0];
  };
  machine.load(OTHER, program(99));
  for (let round = 0; round < 3; round++) expect(runFrom(OTHER)).toBe(99);
  let wrong = 0;
  for (let n = 0; n < CHANGES; n++) {
    machine.load(CODE, program(n & 1));
    if (runFrom(CODE) !== (n & 1)) wrong++;
  }
  expect([wrong, runFrom(OTHER)]).toEqual([0, 99]);
  expect(cpu.translator.executed).toBeGreaterThan(CHANGES);
});
