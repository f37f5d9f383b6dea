/** The STM32F411 on a board: wiring only. Which block is where, which line goes where, whose clock must be on. */
import { invariant } from '@kickstage/base/invariant';
import type { AddressRange } from '@kickstage/base/ranges';
import type { ChipFacts, RegisterBlock } from '@kickstage/chips/chip';
import { stm32f411xe } from '@kickstage/chips/stm32f411';
import type { BusBlock } from '../bus.ts';
import { Machine } from '../machine.ts';
import { EmulationError, type InterruptLine, type Peripheral } from '../peripheral.ts';
import type { Bus } from '../peripherals/clock-tree.ts';
import { Exti } from '../peripherals/exti.ts';
import { Flash } from '../peripherals/flash.ts';
import { Gpio, type Level } from '../peripherals/gpio.ts';
import { Dbgmcu, SystemIds } from '../peripherals/identification.ts';
import { Pwr } from '../peripherals/pwr.ts';
import { Rcc } from '../peripherals/rcc.ts';
import { Syscfg } from '../peripherals/syscfg.ts';
import { Timer } from '../peripherals/timer.ts';
import { Unmodelled } from '../peripherals/unmodelled.ts';
import { Usart } from '../peripherals/usart.ts';

export interface Stm32f411Options {
  /** Frequency of the crystal in Hz; without it there is none. */
  readonly hseHz?: number;
  /** Of the noise in RAM after power-on. */
  readonly seed?: number;
}

export interface Stm32f411 {
  readonly machine: Machine;
  /** Drives a pin (`PA0`) from outside, or lets it go. */
  drive(pin: string, level: Level | undefined): void;
  /** A byte comes in at a serial port (`USART2`), after those that are still coming. */
  receive(port: string, byte: number): void;
  /** Erases of each flash sector since the machine was made. */
  eraseCounts(): readonly number[];
}

const PORTS = ['A', 'B', 'C', 'D', 'E', 'H'];
/** Pins that a port's TX can be connected to, and their alternate function: DS10314 Rev 8, table 9. */
const TX_PINS: Readonly<Record<string, { readonly pins: readonly string[]; readonly alternate: number }>> = {
  USART1: { pins: ['PA9', 'PA15', 'PB6'], alternate: 7 },
  USART2: { pins: ['PA2', 'PD5'], alternate: 7 },
  USART6: { pins: ['PA11', 'PC6'], alternate: 8 },
};
/** Counter of 32 bits, and the bits of the option register: RM0383 Rev 3, 13.1, 13.4.19, 13.4.20. */
const TIMERS = {
  TIM1: { wide: false, advanced: true },
  TIM2: { wide: true, advanced: false, options: 0xc00 },
  TIM3: { wide: false, advanced: false },
  TIM4: { wide: false, advanced: false },
  TIM5: { wide: true, advanced: false, options: 0x0c0 },
} as const;
/** What this very chip was given at the factory. */
const UNIQUE_ID = [0x00330047, 0x4d4b5306, 0x20323553];
/** The internal oscillator: RM0383 Rev 3, 6.2.2. */
const RESET_HZ = 16_000_000;

export function createStm32f411({ hseHz, seed }: Stm32f411Options = {}): Stm32f411 {
  const chip = stm32f411xe;
  const sectors = sectorRanges(chip);
  const size = sectors[sectors.length - 1].end - chip.flash.start;
  const parts = {
    flash: { start: chip.flash.start, size },
    ram: chip.ram[0],
    interruptCount: chip.interruptCount,
    hz: RESET_HZ,
    ...(seed === undefined ? {} : { seed }),
  };
  let blocks: Blocks | undefined;
  const machine = new Machine(parts, (made) => {
    blocks = makeBlocks(made, chip, sectors, hseHz);
    return [...busBlocks(chip, blocks), ...memoryAreas(chip, size)];
  });
  invariant(blocks, 'the machine made no blocks');
  const { rcc, flash, gpios, usarts } = blocks;
  machine.onSystemReset = () => rcc.noteReset('software');
  machine.bus.onFlashStore = (address, width, value) => flash.program(address, width, value);
  return {
    machine,
    drive: (pin, level) => {
      const { gpio, index } = findPin(gpios, pin);
      gpio.drive(index, level);
    },
    receive: (port, byte) => {
      const usart = usarts.get(port);
      invariant(usart, `no port ${port}`);
      usart.receive(byte);
    },
    eraseCounts: () => flash.eraseCounts,
  };
}

interface Blocks {
  readonly rcc: Rcc;
  readonly flash: Flash;
  readonly gpios: ReadonlyMap<string, Gpio>;
  readonly usarts: ReadonlyMap<string, Usart>;
  /** By name. The clock control is first: others ask it when they are reset and restored. */
  readonly all: ReadonlyMap<string, Peripheral>;
}

function makeBlocks(
  machine: Machine,
  chip: ChipFacts,
  sectors: readonly AddressRange[],
  hseHz: number | undefined,
): Blocks {
  const all = new Map<string, Peripheral>();
  const rcc: Rcc = new Rcc({
    scheduler: machine.clock,
    ...(hseHz === undefined ? {} : { hseHz }),
    onFrequency: (hz) => machine.clock.setFrequency(hz),
    onReset: (bus, bit) => resetBlock(chip, all, bus, bit),
    cpuLimits: () => [flash.clockLimit(), pwr.clockLimit()],
  });
  const pwr = new Pwr({ isPllOn: () => rcc.isPllOn() });
  const flash = makeFlash(machine, chip, sectors, rcc);
  const syscfg = new Syscfg();
  const exti = new Exti({
    interrupts: extiInterrupts((cause) => interrupt(machine, chip, 'EXTI', cause)),
    portOfLine: (line) => syscfg.portOfLine(line),
    onEvent: () => {
      machine.cpu.eventRegister = true;
    },
  });
  const gpios = new Map(PORTS.map((port) => [port, makeGpio(machine, exti, port)]));
  const usarts = new Map(Object.keys(TX_PINS).map((name) => [name, makeUsart(machine, chip, rcc, gpios, name)]));
  all.set('RCC', rcc).set('PWR', pwr).set('FLASH', flash).set('SYSCFG', syscfg).set('EXTI', exti);
  for (const [port, gpio] of gpios) all.set(`GPIO${port}`, gpio);
  for (const [name, usart] of usarts) all.set(name, usart);
  for (const name of Object.keys(TIMERS)) all.set(name, makeTimer(machine, chip, rcc, name as keyof typeof TIMERS));
  all.set('DBGMCU', new Dbgmcu());
  return { rcc, flash, gpios, usarts, all };
}

function makeFlash(machine: Machine, chip: ChipFacts, sectors: readonly AddressRange[], rcc: Rcc): Flash {
  const { timing, start } = chip.flash;
  const { length } = machine.flashMemory;
  invariant(timing, `${chip.name} has no flash timing`);
  return new Flash({
    sectors,
    timing,
    memory: machine.flashMemory,
    scheduler: machine.clock,
    clocks: rcc,
    interrupt: interrupt(machine, chip, 'FLASH', 'global'),
    emit: (event) => machine.emit(event),
    onChange: (range) => machine.cpu.code.invalidate(range.start, range.end),
    stall: (cycles) => {
      const pc = machine.cpu.pc >>> 0;
      if (pc < length || (pc >= start && pc < start + length)) machine.cpu.extraCycles += cycles;
    },
  });
}

function makeGpio(machine: Machine, exti: Exti, port: string): Gpio {
  return new Gpio({
    port,
    onOutput: (pin, level) => machine.emit({ event: 'pin', pin, level }),
    onLevel: (changed, pin, level) => exti.pinChanged(changed, pin, level),
  });
}

function makeUsart(machine: Machine, chip: ChipFacts, rcc: Rcc, gpios: ReadonlyMap<string, Gpio>, name: string): Usart {
  const { pins, alternate } = TX_PINS[name];
  const isConnected = (pin: string) => {
    const { gpio, index } = findPin(gpios, pin);
    return gpio.alternateOf(index) === alternate;
  };
  return new Usart({
    name,
    bus: clockOf(chip, name).bus,
    clocks: rcc,
    scheduler: machine.clock,
    interrupt: interrupt(machine, chip, name, 'global'),
    emit: (event) => machine.emit(event),
    whyDisconnected: () =>
      pins.some(isConnected) ? undefined : `give ${pins.join(' or ')} the alternate function ${alternate}`,
  });
}

function makeTimer(machine: Machine, chip: ChipFacts, rcc: Rcc, name: keyof typeof TIMERS): Timer {
  const { bus } = clockOf(chip, name);
  const line = (cause: string) => interrupt(machine, chip, name, cause);
  const kind = TIMERS[name];
  const lines = kind.advanced ? { update: line('update'), compare: line('compare') } : { update: line('global') };
  return new Timer({ name, bus, ...kind, ...lines, clocks: rcc, scheduler: machine.clock });
}

/** Lines share interrupts from 5 on: RM0383 Rev 3, 10.2, vector table. */
function extiInterrupts(lineOf: (cause: string) => InterruptLine): InterruptLine[] {
  const low = [0, 1, 2, 3, 4].map((line) => lineOf(`line${line}`));
  const middle = lineOf('line9_5');
  const high = lineOf('line15_10');
  return [...low, ...new Array<InterruptLine>(5).fill(middle), ...new Array<InterruptLine>(6).fill(high)];
}

/** The blocks of the chip at their addresses; those that are not modelled say so. */
function busBlocks(chip: ChipFacts, { rcc, all }: Blocks): BusBlock[] {
  const place = ({ name, start, size, clockEnable }: RegisterBlock, peripheral: Peripheral): BusBlock => {
    if (!clockEnable) return { start, size, peripheral };
    const { bus, bit } = clockOf(chip, name);
    return { start, size, peripheral, guard: () => requireClock(rcc, name, bus, bit) };
  };
  const modelled = [...all].map(([name, peripheral]) => place(factsOf(chip, name), peripheral));
  const others = chip.registerBlocks
    .filter(({ name }) => !all.has(name))
    .map(({ name, start, size }) => ({ start, size, peripheral: new Unmodelled(name) }));
  return [...modelled, ...others];
}

/** System memory: its ids can be read, the rest is not modelled. */
function memoryAreas(chip: ChipFacts, flashSize: number): BusBlock[] {
  const areas = chip.areas ?? [];
  const uniqueId = areas.find(({ kind }) => kind === 'unique-id');
  const size = areas.find(({ kind }) => kind === 'flash-size');
  invariant(uniqueId && size, `${chip.name} has no ids`);
  const { start } = uniqueId;
  const ids = new SystemIds([
    { offset: 0, size: uniqueId.size, words: UNIQUE_ID },
    { offset: size.start - start, size: size.size, words: [flashSize / 1024] },
  ]);
  const others = areas
    .filter((area) => area !== uniqueId && area !== size)
    .map((area) => ({ start: area.start, size: area.size, peripheral: new Unmodelled(area.name) }));
  return [...others, { start, size: size.start + size.size - start, peripheral: ids }];
}

/** On silicon a block without clock, or held in reset, reads 0 and ignores writes: always a bug of the firmware. */
function requireClock(rcc: Rcc, name: string, bus: Bus, bit: number): void {
  if (!rcc.isEnabled(bus, bit)) {
    throw new EmulationError('EMU009', `${name} is used while its clock is off: set bit ${bit} of RCC_${bus}ENR first`);
  }
  if (rcc.isHeldInReset(bus, bit)) {
    throw new EmulationError('EMU009', `${name} is used while it is held in reset: clear bit ${bit} of RCC_${bus}RSTR`);
  }
}

function resetBlock(chip: ChipFacts, all: ReadonlyMap<string, Peripheral>, bus: Bus, bit: number): void {
  for (const { name, clockEnable } of chip.registerBlocks) {
    if (clockEnable?.register === `${bus}ENR` && clockEnable.bit === bit) all.get(name)?.reset('system');
  }
}

function factsOf(chip: ChipFacts, name: string): RegisterBlock {
  const block = chip.registerBlocks.find((b) => b.name === name);
  invariant(block, `${chip.name} has no block ${name}`);
  return block;
}

function clockOf(chip: ChipFacts, name: string): { bus: Bus; bit: number } {
  const { clockEnable } = factsOf(chip, name);
  invariant(clockEnable, `${name} has no clock enable`);
  return { bus: clockEnable.register.slice(0, -'ENR'.length) as Bus, bit: clockEnable.bit };
}

function interrupt(machine: Machine, chip: ChipFacts, name: string, cause: string): InterruptLine {
  const number = factsOf(chip, name).interrupts?.[cause];
  invariant(number !== undefined, `${name} has no interrupt ${cause}`);
  return machine.system.line(number);
}

function findPin(gpios: ReadonlyMap<string, Gpio>, pin: string): { gpio: Gpio; index: number } {
  const match = /^P([A-H])(\d|1[0-5])$/.exec(pin);
  const gpio = match && gpios.get(match[1]);
  invariant(match && gpio, `no pin ${pin}`);
  return { gpio, index: Number(match[2]) };
}

function sectorRanges(chip: ChipFacts): AddressRange[] {
  const ranges: AddressRange[] = [];
  let { start } = chip.flash;
  for (const { count, size } of chip.flash.sectors) {
    for (let i = 0; i < count; i++, start += size) ranges.push({ start, end: start + size });
  }
  return ranges;
}
