/** The STM32F411 on a board: wiring only. Which block is where, which line goes where, whose clock must be on. */
import { invariant } from '@kickstage/base/invariant';
import type { AddressRange } from '@kickstage/base/ranges';
import type { ChipFacts } from '@kickstage/chips/chip';
import { stm32f411xe } from '@kickstage/chips/stm32f411';
import type { BusBlock } from '../bus.ts';
import { Machine } from '../machine.ts';
import { EmulationError, type Peripheral } from '../peripheral.ts';
import type { Bus } from '../peripherals/clock-tree.ts';
import { Exti, Syscfg } from '../peripherals/exti.ts';
import { Flash } from '../peripherals/flash.ts';
import { Gpio } from '../peripherals/gpio.ts';
import { Rcc } from '../peripherals/rcc.ts';
import { Dbgmcu, Pwr, SystemIds } from '../peripherals/small-blocks.ts';
import { Timer } from '../peripherals/timer.ts';
import { Usart } from '../peripherals/usart.ts';

export interface Stm32f411Options {
  /** Frequency of the crystal in Hz; without it there is none. */
  readonly hseHz?: number;
  /** Of the noise in RAM after power-on. */
  readonly seed?: number;
}

/** Enable bits by block: RM0383 Rev 3, 6.3.9 to 6.3.12. */
const CLOCK_BITS: Readonly<Record<string, readonly [Bus, number]>> = {
  GPIOA: ['AHB1', 0],
  GPIOB: ['AHB1', 1],
  GPIOC: ['AHB1', 2],
  GPIOD: ['AHB1', 3],
  GPIOE: ['AHB1', 4],
  GPIOH: ['AHB1', 7],
  TIM2: ['APB1', 0],
  TIM3: ['APB1', 1],
  TIM4: ['APB1', 2],
  TIM5: ['APB1', 3],
  USART2: ['APB1', 17],
  PWR: ['APB1', 28],
  TIM1: ['APB2', 0],
  USART1: ['APB2', 4],
  USART6: ['APB2', 5],
  SYSCFG: ['APB2', 14],
};
const PORTS = ['A', 'B', 'C', 'D', 'E', 'H'];
/** Page of system memory with the ids: RM0383 Rev 3, 24. */
const IDS_START = 0x1fff7a00;

export interface Stm32f411 {
  readonly machine: Machine;
  /** Drives a pin (`PA0`) from outside, or lets it go. */
  drive(pin: string, level: 0 | 1 | undefined): void;
  /** A byte arrives at a serial port. */
  receive(port: string, byte: number): void;
  /** Erases of each flash sector. */
  eraseCounts(): readonly number[];
}

function sectorRanges(chip: ChipFacts): AddressRange[] {
  const ranges: AddressRange[] = [];
  let start = chip.flash.start;
  for (const { count, size } of chip.flash.sectors) {
    for (let i = 0; i < count; i++, start += size) ranges.push({ start, end: start + size });
  }
  return ranges;
}

export function createStm32f411({ hseHz, seed }: Stm32f411Options = {}): Stm32f411 {
  const chip = stm32f411xe;
  const sectors = sectorRanges(chip);
  const flashSize = sectors[sectors.length - 1].end - sectors[0].start;
  const gpios = new Map<string, Gpio>();
  const usarts = new Map<string, Usart>();
  let flash: Flash | undefined;
  const parts = {
    flash: { start: chip.flash.start, size: flashSize },
    ram: chip.ram[0],
    interruptCount: chip.interruptCount,
    hz: 16_000_000,
    ...(seed === undefined ? {} : { seed }),
  };
  const machine = new Machine(parts, (m) => {
    const made = makeBlocks(m, chip, sectors, hseHz, gpios, usarts);
    flash = made.flash;
    return made.blocks;
  });
  machine.bus.onFlashStore = (address, size, value) => flash!.program(address, size, value);
  return {
    machine,
    drive(pin, level) {
      const match = /^P([A-H])(\d+)$/.exec(pin);
      const gpio = match && gpios.get(match[1]);
      invariant(gpio && match, `no pin ${pin}`);
      gpio.drive(Number(match[2]), level);
    },
    receive(port, byte) {
      const usart = usarts.get(port);
      invariant(usart, `no port ${port}`);
      usart.receive(byte);
    },
    eraseCounts: () => flash!.eraseCounts,
  };
}

function makeBlocks(
  machine: Machine,
  chip: ChipFacts,
  sectors: readonly AddressRange[],
  hseHz: number | undefined,
  gpios: Map<string, Gpio>,
  usarts: Map<string, Usart>,
): { blocks: BusBlock[]; flash: Flash } {
  const { clock: scheduler, system } = machine;
  const emit = (event: Parameters<Machine['emit']>[0]) => machine.emit(event);
  const byName = new Map<string, Peripheral>();
  const rcc = new Rcc({
    scheduler,
    ...(hseHz === undefined ? {} : { hseHz }),
    onFrequency: (hz) => scheduler.setFrequency(hz),
    onReset: (bus, bit) => {
      for (const [name, [itsBus, itsBit]] of Object.entries(CLOCK_BITS)) {
        if (itsBus === bus && itsBit === bit) byName.get(name)?.reset('system');
      }
    },
  });
  machine.onSystemReset = () => rcc.noteReset('software');
  const facts = (name: string) => {
    const block = chip.registerBlocks.find((b) => b.name === name);
    invariant(block, `${chip.name} has no block ${name}`);
    return block;
  };
  const irq = (name: string, cause: string) => system.line(facts(name).interrupts![cause]);
  const syscfg = new Syscfg();
  const exti = new Exti(extiLines(machine, facts('EXTI').interrupts!), syscfg);
  const flash = new Flash({
    sectors,
    memory: machine.flashMemory,
    scheduler,
    cpuHz: () => rcc.cpuHz(),
    emit,
    onChange: ({ start, end }) => machine.cpu.code.invalidate(start, end),
  });
  for (const port of PORTS) {
    const gpio = new Gpio({
      port,
      onOutput: (pin, level) => emit({ event: 'pin', pin, level }),
      onInput: (p, pin, level) => exti.pinChanged(p, pin, level),
    });
    gpios.set(port, gpio);
    byName.set(`GPIO${port}`, gpio);
  }
  for (const name of ['USART1', 'USART2', 'USART6']) {
    const usart = new Usart({
      name,
      bus: CLOCK_BITS[name][0],
      clocks: rcc,
      scheduler,
      interrupt: irq(name, 'global'),
      emit,
    });
    usarts.set(name, usart);
    byName.set(name, usart);
  }
  for (const name of ['TIM1', 'TIM2', 'TIM3', 'TIM4', 'TIM5']) {
    const advanced = name === 'TIM1';
    const lines = advanced
      ? { update: irq(name, 'update'), compare: irq(name, 'compare') }
      : { update: irq(name, 'global') };
    const wide = name === 'TIM2' || name === 'TIM5';
    byName.set(name, new Timer({ name, bus: CLOCK_BITS[name][0], wide, advanced, clocks: rcc, scheduler, ...lines }));
  }
  byName
    .set('RCC', rcc)
    .set('SYSCFG', syscfg)
    .set('EXTI', exti)
    .set('FLASH', flash)
    .set('PWR', new Pwr())
    .set('DBGMCU', new Dbgmcu());
  const blocks = [...byName].map(([name, peripheral]): BusBlock => {
    const { start, size } = facts(name);
    const bits = CLOCK_BITS[name];
    return bits ? { start, size, peripheral, guard: () => requireClock(rcc, name, bits) } : { start, size, peripheral };
  });
  const ids = new SystemIds([0x00330047, 0x4d4b5306, 0x20323553], machine.flashMemory.length / 1024);
  const known = new Set(byName.keys());
  const missing = chip.registerBlocks
    .filter(({ name }) => !known.has(name))
    .map(({ name, start, size }): BusBlock => ({ start, size, peripheral: new Unmodelled(name) }));
  return { blocks: [...blocks, ...missing, { start: IDS_START, size: 0x100, peripheral: ids }], flash };
}

/** On silicon a block without clock reads 0 and ignores writes: always a bug of the firmware. */
function requireClock(rcc: Rcc, name: string, [bus, bit]: readonly [Bus, number]): void {
  if (rcc.isEnabled(bus, bit)) return;
  throw new EmulationError('EMU009', `${name} is used while its clock is off: set bit ${bit} of RCC_${bus}ENR first`);
}

/** Lines share interrupts from 5 on: RM0383 Rev 3, 10.2, table 37. */
function extiLines(machine: Machine, irqs: Readonly<Record<string, number>>) {
  const shared = new Map(Object.entries(irqs).map(([cause, n]) => [cause, machine.system.line(n)]));
  const lines = new Map<number, ReturnType<Machine['system']['line']>>();
  for (let line = 0; line < 16; line++) {
    lines.set(line, shared.get(line < 5 ? `line${line}` : line < 10 ? 'line9_5' : 'line15_10')!);
  }
  return lines;
}

/** A block that the chip has and this machine does not. */
class Unmodelled implements Peripheral {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  read(offset: number): number {
    return this.refuse('read', offset);
  }

  write(offset: number): void {
    this.refuse('write', offset);
  }

  reset(): void {}

  snapshot(): unknown {
    return undefined;
  }

  restore(): void {}

  private refuse(verb: string, offset: number): never {
    throw new EmulationError(
      'EMU004',
      `${verb} of ${this.name} at offset 0x${offset.toString(16)}: this block is not modelled`,
    );
  }
}
