/**
 * What the machines of all microcontrollers share: from the facts of a chip to a bus, interrupt lines, clock gates, pins
 * and flash sectors. A machine's own file says which models stand behind which blocks.
 */
import { invariant } from '@kickstage/base/invariant';
import type { AddressRange } from '@kickstage/base/ranges';
import type { ChipFacts, RegisterBlock } from '@kickstage/chips/chip';
import type { BusBlock } from '../bus.ts';
import type { NorFacts, SpiNor } from '../devices/spi-nor.ts';
import { Machine } from '../machine.ts';
import {
  type AccessSize,
  EmulationError,
  type InterruptLine,
  type Peripheral,
  type SystemResetCause,
} from '../peripheral.ts';
import type { ClockControl, ResetCause } from '../peripherals/clock-control.ts';
import type { Bus } from '../peripherals/clock-tree.ts';
import type { ExtiLines } from '../peripherals/exti-lines.ts';
import type { FlashOptions } from '../peripherals/flash-controller.ts';
import { Gpio, type Level } from '../peripherals/gpio.ts';
import type { GpioFamily } from '../peripherals/gpio-registers.ts';
import { SystemIds } from '../peripherals/identification.ts';
import { Iwdg } from '../peripherals/iwdg.ts';
import type { ReadProtection } from '../peripherals/option-bytes.ts';
import { Timer } from '../peripherals/timer.ts';
import type { TimerKind } from '../peripherals/timer-registers.ts';
import { Unmodelled } from '../peripherals/unmodelled.ts';
import { Wwdg } from '../peripherals/wwdg.ts';
import type { Nonvolatile } from '../power.ts';

export interface MicrocontrollerOptions {
  /** Frequency of the crystal in Hz; without it there is none. */
  readonly hseHz?: number;
  /** Of the noise in RAM after power-on. */
  readonly seed?: number;
  /** Option registers that are not as from the factory, by name (`OPTCR` without its lock bit; `OPTR`, `WRP1AR`, …). */
  readonly optionBytes?: Readonly<Record<string, number>>;
  /** A battery at VBAT keeps the backup domain over a power-on. */
  readonly hasBattery?: boolean;
  /** Erases that a sector of any flash stands before bits of it can no longer be erased; without it any number. */
  readonly endurance?: number;
  /** Serial flash on the board, at a SPI port of the chip. Its select pin has a pull-up. */
  readonly externalFlash?: NorFacts;
}

export interface Microcontroller {
  readonly machine: Machine;
  /** Drives a pin (`PA0`) from outside, or lets it go. */
  drive(pin: string, level: Level | undefined): void;
  /** A byte comes in at a serial port (`USART2`), after those that are still coming. */
  receive(port: string, byte: number): void;
  /** Erases of each flash sector since the machine was made. */
  eraseCounts(): readonly number[];
  /** The level of read protection in force: 0 none, 1 debuggers are kept out, 2 for ever. */
  readProtection(): ReadProtection;
  /** The serial flash on the board, if it has one. */
  readonly externalFlash: SpiNor | undefined;
}

/** The models of a microcontroller's blocks. */
export interface Blocks {
  readonly rcc: ClockControl;
  readonly flash: Nonvolatile & {
    program(address: number, size: AccessSize, value: number): void;
    noteRead(offset: number, size: number): boolean;
    readonly eraseCounts: readonly number[];
    readProtection(): ReadProtection;
  };
  readonly gpios: ReadonlyMap<string, Gpio>;
  readonly usarts: ReadonlyMap<string, { receive(byte: number): void }>;
  readonly externalFlash: SpiNor | undefined;
  /** By name. The clock control is first: others ask it when they are reset and restored. */
  readonly all: ReadonlyMap<string, Peripheral>;
}

/** What a chip cannot know of itself, and what the facts do not say. */
export interface FactoryFacts {
  /** Three words. */
  readonly uniqueId: readonly number[];
  /** Number of the package, where the chip can tell. */
  readonly package?: number;
  /** The processor's clock after reset, in Hz. */
  readonly resetHz: number;
}

const RESET_FLAGS = {
  software: 'software',
  watchdog: 'iwdg',
  'window-watchdog': 'wwdg',
  'option-bytes': 'optionBytes',
} as const satisfies Record<SystemResetCause, ResetCause>;

export interface TxPins {
  readonly pins: readonly string[];
  readonly alternate: number;
}

/** Makes the machine of a chip around the models that `makeBlocks` gives. */
export function assemble<B extends Blocks>(
  chip: ChipFacts,
  factory: FactoryFacts,
  seed: number | undefined,
  makeBlocks: (machine: Machine) => B,
): Microcontroller & { readonly blocks: B } {
  const size = flashSize(chip);
  const parts = {
    flash: { start: chip.flash.start, size },
    ram: chip.ram[0],
    moreRam: chip.ram.slice(1),
    interruptCount: chip.interruptCount,
    hz: factory.resetHz,
    ...(seed === undefined ? {} : { seed }),
  };
  let blocks: B | undefined;
  const machine = new Machine(parts, (made) => {
    blocks = makeBlocks(made);
    return [...busBlocks(made, chip, blocks), ...memoryAreas(chip, factory)];
  });
  invariant(blocks, 'the machine made no blocks');
  const { rcc, flash, gpios, usarts, externalFlash } = blocks;
  machine.onSystemReset = (cause) => rcc.noteReset(RESET_FLAGS[cause]);
  machine.power.add(flash);
  machine.bus.onFlashRead = machine.bus.onFlashFetch = (offset, width) => {
    const isTorn = flash.noteRead(offset, width);
    if (isTorn) machine.flashPages.touch(offset, offset + width);
    return isTorn;
  };
  machine.bus.onFlashStore = (address, width, value) => flash.program(address, width, value);
  return {
    machine,
    blocks,
    drive: (pin, level) => {
      const { gpio, index } = findPin(gpios, pin);
      gpio.drive(index, level);
    },
    receive: (port, byte) => {
      const usart = usarts.get(port);
      invariant(usart, `no port ${port}`);
      usart.receive(byte);
    },
    externalFlash,
    eraseCounts: () => flash.eraseCounts,
    readProtection: () => flash.readProtection(),
  };
}

/** The blocks of the chip at their addresses; those that are not modelled say so. */
function busBlocks(machine: Machine, chip: ChipFacts, { rcc, all }: Blocks): BusBlock[] {
  const place = ({ name, start, size, clockEnable }: RegisterBlock, peripheral: Peripheral): BusBlock => {
    if (!clockEnable) return { start, size, peripheral, ...privateGuard(machine, start) };
    return { start, size, peripheral, guard: clockGuard(rcc, name, clockEnable.register, clockEnable.bit) };
  };
  const modelled = [...all].map(([name, peripheral]) => place(factsOf(chip, name), peripheral));
  const others = chip.registerBlocks
    .filter(({ name }) => !all.has(name))
    .map(({ name, start, size }) => ({ start, size, peripheral: new Unmodelled(name) }));
  return [...modelled, ...others];
}

/** Blocks on the private peripheral bus (DBGMCU) are for privileged code. */
function privateGuard({ system }: Machine, start: number): Pick<BusBlock, 'guard'> {
  return start >>> 20 === 0xe00 ? { guard: (address) => system.checkPrivilege(address) } : {};
}

/** System memory: its ids can be read, the rest is not modelled. */
function memoryAreas(chip: ChipFacts, factory: FactoryFacts): BusBlock[] {
  const words: Readonly<Record<string, readonly number[] | undefined>> = {
    'unique-id': factory.uniqueId,
    'flash-size': [flashSize(chip) / 1024],
    package: factory.package === undefined ? undefined : [factory.package],
  };
  const areas = chip.areas ?? [];
  const ids = areas.filter(({ kind }) => words[kind]);
  invariant(ids.length > 0, `${chip.name} has no ids`);
  const start = Math.min(...ids.map((area) => area.start));
  const end = Math.max(...ids.map((area) => area.start + area.size));
  const peripheral = new SystemIds(
    ids.map((area) => ({ offset: area.start - start, size: area.size, words: words[area.kind]! })),
  );
  const others = areas
    .filter((area) => !ids.includes(area))
    .map((area) => ({ start: area.start, size: area.size, peripheral: new Unmodelled(area.name) }));
  return [...others, { start, size: end - start, peripheral }];
}

/** On silicon a block without clock, or held in reset, reads 0 and ignores writes: always a bug of the firmware. */
function clockGuard(rcc: ClockControl, name: string, register: string, bit: number): () => void {
  const gate = rcc.gate(register, bit);
  return () => {
    if (!gate.isOpen()) {
      throw new EmulationError(
        'EMU009',
        `${name} is used while its clock is off: set bit ${bit} of RCC_${register} first`,
      );
    }
    if (gate.isHeldInReset()) {
      const reset = register.replace('ENR', 'RSTR');
      throw new EmulationError('EMU009', `${name} is used while it is held in reset: clear bit ${bit} of RCC_${reset}`);
    }
  };
}

/** Resets the blocks behind a bit of a clock-enable register. */
export function resetBlocks(
  chip: ChipFacts,
  all: ReadonlyMap<string, Peripheral>,
  register: string,
  bit: number,
): void {
  for (const { name, clockEnable } of chip.registerBlocks) {
    if (clockEnable?.register === register && clockEnable.bit === bit) all.get(name)?.reset('system');
  }
}

export function factsOf(chip: ChipFacts, name: string): RegisterBlock {
  const block = chip.registerBlocks.find((b) => b.name === name);
  invariant(block, `${chip.name} has no block ${name}`);
  return block;
}

/** The bus that a block is clocked from: `APB1` for `APB1ENR2`. */
export function busOf(chip: ChipFacts, name: string): Bus {
  const { clockEnable } = factsOf(chip, name);
  invariant(clockEnable, `${name} has no clock enable`);
  return clockEnable.register.slice(0, 4) as Bus;
}

export function interrupt(machine: Machine, chip: ChipFacts, name: string, cause: string): InterruptLine {
  const number = factsOf(chip, name).interrupts?.[cause];
  invariant(number !== undefined, `${name} has no interrupt ${cause}`);
  return machine.system.line(number);
}

/** The interrupts of the lines 0..15: from 5 on they share (RM0383 Rev 3, 10.2; RM0351 Rev 9, 13.3). */
export function extiInterrupts(machine: Machine, chip: ChipFacts): InterruptLine[] {
  const lineOf = (cause: string) => interrupt(machine, chip, 'EXTI', cause);
  const low = [0, 1, 2, 3, 4].map((line) => lineOf(`line${line}`));
  const middle = lineOf('line9_5');
  const high = lineOf('line15_10');
  return [...low, ...new Array<InterruptLine>(5).fill(middle), ...new Array<InterruptLine>(6).fill(high)];
}

/** Ports by letter. Their levels go to the external interrupts and to `onLevel`, those of outputs are reported. */
export function makeGpios(
  machine: Machine,
  exti: ExtiLines,
  ports: readonly string[],
  family: GpioFamily,
  onLevel: (pin: string, level: Level) => void,
): ReadonlyMap<string, Gpio> {
  const make = (port: string) =>
    new Gpio({
      port,
      family,
      onOutput: (pin, level) => machine.emit({ event: 'pin', pin, level }),
      onLevel: (changed, pin, level) => {
        exti.pinChanged(changed, pin, level);
        onLevel(`P${changed}${pin}`, level);
      },
    });
  return new Map(ports.map((port) => [port, make(port)]));
}

export function makeTimer(machine: Machine, chip: ChipFacts, rcc: ClockControl, name: string, kind: TimerKind): Timer {
  const line = (cause: string) => interrupt(machine, chip, name, cause);
  const lines = kind.advanced ? { update: line('update'), compare: line('compare') } : { update: line('global') };
  return new Timer({ name, bus: busOf(chip, name), ...kind, ...lines, clocks: rcc, scheduler: machine.clock });
}

/** `startsByItself`: whether the option bytes ask for the hardware watchdog. */
export function makeIwdg(machine: Machine, rcc: ClockControl, hasWindow: boolean, startsByItself: () => boolean): Iwdg {
  const onReset = () => machine.requestReset('watchdog');
  return new Iwdg({ scheduler: machine.clock, clocks: rcc, lsi: rcc, hasWindow, startsByItself, onReset });
}

export function makeWwdg(machine: Machine, chip: ChipFacts, rcc: ClockControl): Wwdg {
  return new Wwdg({
    scheduler: machine.clock,
    clocks: rcc,
    interrupt: interrupt(machine, chip, 'WWDG', 'early'),
    onReset: () => machine.requestReset('window-watchdog'),
  });
}

/** Whether one of the pins that a port's TX can be connected to is; else what would have to be done. */
export function whyDisconnected(gpios: ReadonlyMap<string, Gpio>, { pins, alternate }: TxPins): string | undefined {
  const isConnected = (pin: string) => {
    const { gpio, index } = findPin(gpios, pin);
    return gpio.alternateOf(index) === alternate;
  };
  return pins.some(isConnected) ? undefined : `give ${pins.join(' or ')} the alternate function ${alternate}`;
}

export function findPin(gpios: ReadonlyMap<string, Gpio>, pin: string): { gpio: Gpio; index: number } {
  const match = /^P([A-H])(\d|1[0-5])$/.exec(pin);
  const gpio = match && gpios.get(match[1]);
  invariant(match && gpio, `no pin ${pin}`);
  return { gpio, index: Number(match[2]) };
}

/** What the flash interfaces of all chips are told of their surroundings. */
export function flashSurroundings(
  machine: Machine,
  chip: ChipFacts,
  clocks: ClockControl,
  { endurance, seed }: MicrocontrollerOptions,
): Omit<FlashOptions, 'sectors' | 'stall'> {
  const { timing } = chip.flash;
  invariant(timing, `${chip.name} has no flash timing`);
  return {
    timing,
    endurance,
    seed,
    memory: machine.flashMemory,
    scheduler: machine.clock,
    clocks,
    interrupt: interrupt(machine, chip, 'FLASH', 'global'),
    emit: (event) => machine.emit(event),
    onChange: (range) => machine.flashChanged(range.start, range.end),
    onTorn: (exist) => machine.bus.watchFlash(exist),
    onOperation: (cycles) => machine.power.operationBegins(cycles),
  };
}

/** Erase sectors in order, with their banks (from 1). */
export function sectorRanges(chip: ChipFacts): (AddressRange & { readonly bank: number })[] {
  const ranges: (AddressRange & { readonly bank: number })[] = [];
  let { start } = chip.flash;
  for (const { count, size, bank = 1 } of chip.flash.sectors) {
    for (let i = 0; i < count; i++, start += size) ranges.push({ start, end: start + size, bank });
  }
  return ranges;
}

function flashSize(chip: ChipFacts): number {
  return chip.flash.sectors.reduce((sum, { count, size }) => sum + count * size, 0);
}

/** The offset in flash of the instruction that executes; undefined where code is elsewhere. The alias at 0 counts. */
export function offsetInFlash(machine: Machine, start: number): number | undefined {
  const pc = machine.cpu.pc >>> 0;
  const { length } = machine.flashMemory;
  if (pc < length) return pc;
  return pc >= start && pc < start + length ? pc - start : undefined;
}
