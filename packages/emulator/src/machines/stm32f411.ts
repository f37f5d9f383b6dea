/** The STM32F411 on a board: wiring only. Which block is where, which line goes where, whose clock must be on. */
import { stm32f411xe } from '@kickstage/chips/stm32f411';
import type { Machine } from '../machine.ts';
import type { Peripheral } from '../peripheral.ts';
import { BackupRegisters } from '../peripherals/backup-registers.ts';
import { Crc } from '../peripherals/crc.ts';
import { Exti } from '../peripherals/exti.ts';
import { Flash } from '../peripherals/flash.ts';
import type { Gpio } from '../peripherals/gpio.ts';
import { GPIO_F4 } from '../peripherals/gpio-registers.ts';
import { Dbgmcu } from '../peripherals/identification.ts';
import { Pwr } from '../peripherals/pwr.ts';
import { Rcc } from '../peripherals/rcc.ts';
import { Spi } from '../peripherals/spi.ts';
import type { SpiOptions } from '../peripherals/spi-port.ts';
import { Syscfg } from '../peripherals/syscfg.ts';
import { Usart } from '../peripherals/usart.ts';
import { SPI_PINS_F411 } from './spi-pins.ts';
import { SpiWiring } from './spi-wiring.ts';
import {
  assemble,
  type Blocks,
  busOf,
  extiInterrupts,
  flashSurroundings,
  interrupt,
  type Microcontroller,
  type MicrocontrollerOptions,
  makeGpios,
  makeIwdg,
  makeTimer,
  makeWwdg,
  offsetInFlash,
  resetBlocks,
  sectorRanges,
  type TxPins,
  whyDisconnected,
} from './wiring.ts';

export type Stm32f411Options = MicrocontrollerOptions;
export type Stm32f411 = Microcontroller;

const chip = stm32f411xe;
const PORTS = ['A', 'B', 'C', 'D', 'E', 'H'];
/** Pins that a port's TX can be connected to, and their alternate function: DS10314 Rev 8, table 9. */
const TX_PINS: Readonly<Record<string, TxPins>> = {
  USART1: { pins: ['PA9', 'PA15', 'PB6'], alternate: 7 },
  USART2: { pins: ['PA2', 'PD5'], alternate: 7 },
  USART6: { pins: ['PA11', 'PC6'], alternate: 8 },
};
/** Counter of 32 bits, and the bits of the option register: RM0383 Rev 3, 13.1, 13.4.19, 13.4.20, 14.5.11. */
const TIMERS = {
  TIM1: { wide: false, advanced: true },
  TIM2: { wide: true, advanced: false, options: 0xc00 },
  TIM3: { wide: false, advanced: false },
  TIM4: { wide: false, advanced: false },
  TIM5: { wide: true, advanced: false, options: 0x0c0 },
  TIM9: { wide: false, advanced: false, channels: 2 },
  TIM10: { wide: false, advanced: false, channels: 1 },
  TIM11: { wide: false, advanced: false, channels: 1, options: 0x3 },
} as const;
/** What this very chip was given at the factory, and its internal oscillator (RM0383 Rev 3, 6.2.2). */
const FACTORY = { uniqueId: [0x00330047, 0x4d4b5306, 0x20323553], resetHz: 16_000_000 };

export function createStm32f411(options: Stm32f411Options = {}): Stm32f411 {
  return assemble(chip, FACTORY, options.seed, (machine) => makeBlocks(machine, options));
}

function makeBlocks(machine: Machine, options: Stm32f411Options): Blocks {
  const { hseHz, hasBattery = false } = options;
  const isOpen = () => pwr.isBackupOpen();
  const all = new Map<string, Peripheral>();
  const rcc: Rcc = new Rcc({
    scheduler: machine.clock,
    ...(hseHz === undefined ? {} : { hseHz }),
    onFrequency: (hz) => machine.clock.setFrequency(hz),
    onReset: (register, bit) => resetBlocks(chip, all, register, bit),
    backup: { isOpen, hasBattery, onReset: () => rtc.clear() },
    cpuLimits: () => [flash.clockLimit(), pwr.clockLimit()],
  });
  const pwr = new Pwr({ isPllOn: () => rcc.isPllOn() });
  const flash = makeFlash(machine, rcc, options);
  const rtc = new BackupRegisters({ count: 20, isOpen, isClocked: () => rcc.isRtcClocked(), hasBattery });
  const syscfg = new Syscfg();
  const exti = new Exti({
    interrupts: extiInterrupts(machine, chip),
    portOfLine: (line) => syscfg.portOfLine(line),
    onEvent: () => {
      machine.cpu.eventRegister = true;
    },
  });
  const { externalFlash, seed, endurance } = options;
  const make = (parts: SpiOptions) => new Spi(parts);
  const spis = new SpiWiring({ machine, chip, rcc, pins: SPI_PINS_F411, externalFlash, seed, endurance, make });
  const gpios = makeGpios(machine, exti, PORTS, GPIO_F4, (pin, level) => spis.pinChanged(pin, level));
  spis.connect(gpios);
  const usarts = new Map(Object.keys(TX_PINS).map((name) => [name, makeUsart(machine, rcc, gpios, name)]));
  all.set('RCC', rcc).set('PWR', pwr).set('FLASH', flash).set('SYSCFG', syscfg).set('EXTI', exti);
  // Before the pins: a reset stops a port's clock before it lets go of the select pin.
  for (const [name, spi] of spis.ports) all.set(name, spi);
  for (const [port, gpio] of gpios) all.set(`GPIO${port}`, gpio);
  for (const [name, usart] of usarts) all.set(name, usart);
  for (const [name, kind] of Object.entries(TIMERS)) all.set(name, makeTimer(machine, chip, rcc, name, kind));
  all.set(
    'IWDG',
    makeIwdg(machine, rcc, false, () => flash.hasHardwareWatchdog()),
  );
  all.set('RTC', rtc).set('CRC', new Crc(false));
  all.set('WWDG', makeWwdg(machine, chip, rcc));
  all.set('DBGMCU', new Dbgmcu());
  return { rcc, flash, gpios, usarts, externalFlash: spis.flash, all };
}

function makeFlash(machine: Machine, rcc: Rcc, options: Stm32f411Options): Flash {
  return new Flash({
    ...flashSurroundings(machine, chip, rcc, options),
    sectors: sectorRanges(chip),
    optionBytes: options.optionBytes,
    stall: (cycles) => {
      if (offsetInFlash(machine, chip.flash.start) !== undefined) machine.cpu.stall(cycles);
    },
  });
}

function makeUsart(machine: Machine, rcc: Rcc, gpios: ReadonlyMap<string, Gpio>, name: string): Usart {
  return new Usart({
    name,
    bus: busOf(chip, name),
    clocks: rcc,
    scheduler: machine.clock,
    interrupt: interrupt(machine, chip, name, 'global'),
    emit: (event) => machine.emit(event),
    whyDisconnected: () => whyDisconnected(gpios, TX_PINS[name]),
  });
}
