/** Snapshots of a machine: all of its state as plain data, large memories by pages that snapshots share. */
import type { Machine } from './machine.ts';
import { copyPlain } from './nonvolatile/copy-plain.ts';
import type { Pages } from './nonvolatile/paged-memory.ts';
import type { Device } from './peripheral.ts';
import type { Cpu } from './processor/cpu.ts';

/** What of the processor is a plain value. */
const CPU_FIELDS = [
  'n',
  'z',
  'c',
  'v',
  'q',
  'ge',
  'it',
  'isThumb',
  'pc',
  'ipsr',
  'otherSp',
  'usesPsp',
  'unprivileged',
  'primask',
  'basepri',
  'faultmask',
  'exclusive',
  'eventRegister',
  'isSleeping',
  'waitsForEvent',
  'lockedUp',
  'stalledUntil',
  'instructions',
] as const satisfies readonly (keyof Cpu)[];

interface MachineState {
  readonly cpu: readonly unknown[];
  readonly registers: Int32Array;
  readonly fpu: unknown;
  readonly clock: unknown;
  readonly power: unknown;
  readonly flash: Pages;
  readonly ram: readonly Uint8Array[];
  readonly blocks: readonly unknown[];
  readonly devices: readonly unknown[];
}

export function saveMachine(machine: Machine, devices: readonly Device[]): unknown {
  const { cpu, bus, clock, power, flashPages } = machine;
  return {
    cpu: CPU_FIELDS.map((field) => cpu[field]),
    registers: cpu.r.slice(),
    fpu: cpu.fpu.snapshot(),
    clock: clock.snapshot(),
    power: power.snapshot(),
    flash: flashPages.snapshot(),
    ram: [bus.ram, ...bus.moreRam].map(({ bytes }) => bytes.slice()),
    blocks: bus.registerBlocks.map(({ peripheral }) => copyPlain(peripheral.snapshot())),
    devices: devices.map((device) => device.snapshot()),
  } satisfies MachineState;
}

export function restoreMachine(machine: Machine, devices: readonly Device[], state: unknown): void {
  const { cpu, bus, clock, power, flashPages } = machine;
  const saved = state as MachineState;
  clock.restore(saved.clock);
  power.restore(saved.power);
  CPU_FIELDS.forEach((field, i) => {
    Object.assign(cpu, { [field]: saved.cpu[i] });
  });
  cpu.r.set(saved.registers);
  cpu.fpu.restore(saved.fpu);
  flashPages.restore(saved.flash, (start, end) => cpu.code.invalidate(bus.flash.start + start, bus.flash.start + end));
  [bus.ram, ...bus.moreRam].forEach(({ start, bytes }, i) => {
    bytes.set(saved.ram[i]);
    cpu.code.invalidate(start, start + bytes.length);
  });
  bus.registerBlocks.forEach(({ peripheral }, i) => {
    peripheral.restore(copyPlain(saved.blocks[i]));
  });
  devices.forEach((device, i) => {
    device.restore(saved.devices[i]);
  });
}
