/** The STM32L476 on a board: wiring only. Which block is where, which line goes where, whose clock must be on. */
import { EXCEPTION } from '@kickstage/armv7m/exceptions';
import { stm32l476xg } from '@kickstage/chips/stm32l476';
import type { Machine } from '../machine.ts';
import type { Peripheral } from '../peripheral.ts';
import { BackupRegisters } from '../peripherals/backup-registers.ts';
import { Crc } from '../peripherals/crc.ts';
import { ExtiL4 } from '../peripherals/exti-l4.ts';
import { FlashL4 } from '../peripherals/flash-l4.ts';
import type { Gpio } from '../peripherals/gpio.ts';
import { GPIO_L4 } from '../peripherals/gpio-registers.ts';
import { DBGMCU_L476, Dbgmcu } from '../peripherals/identification.ts';
import { PwrL4 } from '../peripherals/pwr-l4.ts';
import { RccL4 } from '../peripherals/rcc-l4.ts';
import type { SpiOptions } from '../peripherals/spi-port.ts';
import { SpiV2 } from '../peripherals/spi-v2.ts';
import { SyscfgL4 } from '../peripherals/syscfg-l4.ts';
import { UsartV2 } from '../peripherals/usart-v2.ts';
import { SPI_PINS_L476 } from './spi-pins.ts';
import { SpiWiring } from './spi-wiring.ts';
import {
  assemble,
  type Blocks,
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

export type Stm32l476Options = MicrocontrollerOptions;

export interface Stm32l476 extends Microcontroller {
  /** The programming, or the erase, of a double word was cut off: a read of it raises the NMI. Its index in flash. */
  markTorn(doubleWordIndex: number): void;
}

const chip = stm32l476xg;
const PORTS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
/** Pins that a port's TX can be connected to, and their alternate function: DS10198 Rev 8, tables 17 and 18. */
const TX_PINS: Readonly<Record<string, TxPins>> = {
  USART1: { pins: ['PA9', 'PB6', 'PG9'], alternate: 7 },
  USART2: { pins: ['PA2', 'PD5'], alternate: 7 },
  USART3: { pins: ['PB10', 'PC4', 'PC10', 'PD8'], alternate: 7 },
  UART4: { pins: ['PA0', 'PC10'], alternate: 8 },
  UART5: { pins: ['PC12'], alternate: 8 },
};
/** Counter of 32 bits, and the bits of the option register: RM0351 Rev 9, 30.4, 31.4, 32.5, 32.6. */
const TIMERS = {
  TIM1: { wide: false, advanced: true, options: 0x1f },
  TIM2: { wide: true, advanced: false, options: 0xf },
  TIM3: { wide: false, advanced: false, options: 0x3 },
  TIM4: { wide: false, advanced: false },
  TIM5: { wide: true, advanced: false },
  TIM6: { wide: false, advanced: false, channels: 0 },
  TIM7: { wide: false, advanced: false, channels: 0 },
  TIM8: { wide: false, advanced: true, options: 0x1f },
  TIM15: { wide: false, advanced: false, channels: 2, repetition: true, options: 0x7 },
  TIM16: { wide: false, advanced: false, channels: 1, repetition: true, options: 0x7 },
  TIM17: { wide: false, advanced: false, channels: 1, repetition: true, options: 0x3 },
} as const;
/** What this very chip was given at the factory, its package of 64 pins, and the MSI after reset (RM0351 Rev 9, 6.2.3). */
const FACTORY = { uniqueId: [0x0037002c, 0x3430510d, 0x31313034], package: 0, resetHz: 4_000_000 };

interface BlocksL4 extends Blocks {
  readonly flash: FlashL4;
}

export function createStm32l476(options: Stm32l476Options = {}): Stm32l476 {
  const { blocks, ...made } = assemble(chip, FACTORY, options.seed, (machine) => makeBlocks(machine, options));
  const { flash } = blocks;
  return { ...made, markTorn: (index) => flash.markTorn(index) };
}

function makeBlocks(machine: Machine, options: Stm32l476Options): BlocksL4 {
  const { hseHz, hasBattery = false } = options;
  const isOpen = () => pwr.isBackupOpen();
  const all = new Map<string, Peripheral>();
  const rcc: RccL4 = new RccL4({
    scheduler: machine.clock,
    ...(hseHz === undefined ? {} : { hseHz }),
    onFrequency: (hz) => machine.clock.setFrequency(hz),
    onReset: (register, bit) => resetBlocks(chip, all, register, bit),
    backup: { isOpen, hasBattery, onReset: () => rtc.clear() },
    cpuLimits: () => [flash.clockLimit(), pwr.clockLimit()],
    voltageRange: () => pwr.range(),
  });
  const pwr = new PwrL4({ scheduler: machine.clock, clocks: rcc, onFall: () => rcc.checkFrequencies() });
  const flash = makeFlash(machine, rcc, () => pwr.range(), options);
  const rtc = new BackupRegisters({ count: 32, isOpen, isClocked: () => rcc.isRtcClocked(), hasBattery });
  const syscfg = new SyscfgL4();
  const exti = new ExtiL4({
    interrupts: extiInterrupts(machine, chip),
    portOfLine: (line) => syscfg.portOfLine(line),
    onEvent: () => {
      machine.cpu.eventRegister = true;
    },
  });
  const { externalFlash, seed, endurance } = options;
  const make = (parts: SpiOptions) => new SpiV2(parts);
  const spis = new SpiWiring({ machine, chip, rcc, pins: SPI_PINS_L476, externalFlash, seed, endurance, make });
  const gpios = makeGpios(machine, exti, PORTS, GPIO_L4, (pin, level) => spis.pinChanged(pin, level));
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
    makeIwdg(machine, rcc, true, () => flash.hasHardwareWatchdog()),
  );
  all.set('RTC', rtc).set('CRC', new Crc(true));
  all.set('WWDG', makeWwdg(machine, chip, rcc));
  all.set('DBGMCU', new Dbgmcu(DBGMCU_L476));
  return { rcc, flash, gpios, usarts, externalFlash: spis.flash, all };
}

function makeFlash(machine: Machine, rcc: RccL4, voltageRange: () => number, options: Stm32l476Options): FlashL4 {
  const { start } = chip.flash;
  return new FlashL4({
    ...flashSurroundings(machine, chip, rcc, options),
    sectors: sectorRanges(chip),
    // Lines count from the first external interrupt, exception 16.
    nmi: machine.system.line(EXCEPTION.NMI - 16),
    stall: (cycles, from) => {
      const offset = offsetInFlash(machine, start);
      if (offset === undefined) return;
      if (start + offset >= from.start && start + offset < from.end) machine.cpu.stall(cycles);
    },
    voltageRange,
    optionBytes: options.optionBytes,
    onLoadOptions: () => machine.requestReset('option-bytes'),
  });
}

function makeUsart(machine: Machine, rcc: RccL4, gpios: ReadonlyMap<string, Gpio>, name: string): UsartV2 {
  return new UsartV2({
    name,
    hz: () => rcc.portHz(name),
    clocks: rcc,
    scheduler: machine.clock,
    interrupt: interrupt(machine, chip, name, 'global'),
    emit: (event) => machine.emit(event),
    whyDisconnected: () => whyDisconnected(gpios, TX_PINS[name]),
  });
}
