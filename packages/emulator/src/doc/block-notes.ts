/**
 * What docs/emulator.md says of each block of registers. What is refused it takes from the models themselves: the texts of
 * their refusals, by source file; those that are made up at run time are repeated here.
 */
export interface BlockNote {
  readonly blocks: readonly string[];
  /** Manual and chapter or section. */
  readonly source: string;
  readonly modelled: string;
  /** Below src/, that refuse. */
  readonly files: readonly string[];
  readonly alsoRefused?: readonly string[];
}

const CORE: readonly BlockNote[] = [
  {
    blocks: ['SCS'],
    source: 'DDI 0403E B3.2 to B3.5',
    modelled:
      'SCB, SysTick, NVIC with four bits of priority, MPU with eight regions, FPCCR, FPCAR and FPDSCR, DEMCR.TRCENA and MON_EN. Bytes and halfwords reach priorities alone. Closed to unprivileged code',
    files: ['system/scb.ts', 'system/mpu.ts'],
    alsoRefused: ['deep sleep (SCR.SLEEPDEEP)', 'registers that are not named here', 'a ninth region of the MPU'],
  },
  {
    blocks: ['DWT'],
    source: 'DDI 0403E C1.8',
    modelled: 'the cycle counter, while DEMCR.TRCENA is set',
    files: ['system/dwt.ts'],
    alsoRefused: ['comparators and the other counters'],
  },
];

const TIMERS =
  'counting up with prescaler and auto-reload, with and without preload, one-pulse mode, repetition, update and compare flags and interrupts; an event is scheduled only where someone waits for it';
const EXTI = 'edges and software events of the 16 pin lines, to the NVIC and as events to WFE; which port, from SYSCFG';
const CRC_F4 = 'CRC-32, words alone; the result is there at once';
const IWDG =
  'keys, prescaler and reload, taken over after five periods of the LSI; the reset, with its flag; the option bit that starts it';
const WWDG = 'the free-running divider, window, early wake-up interrupt, the reset with its flag';
const DBGMCU = 'IDCODE; the bits that freeze clocks under a debugger are kept';

export const BLOCK_NOTES: Readonly<Record<'STM32F411' | 'STM32L476', readonly BlockNote[]>> = {
  STM32F411: [
    ...CORE,
    {
      blocks: ['RCC'],
      source: 'RM0383 Rev 3, 6',
      modelled:
        'HSI, HSE, PLL and LSI with start-up times, the clock switch and what it allows, bus prescalers, enable and reset bits of every block, reset flags, the backup domain',
      files: ['peripherals/rcc.ts', 'peripherals/clock-control.ts'],
    },
    {
      blocks: ['PWR'],
      source: 'RM0383 Rev 3, 5',
      modelled: 'voltage scale and the clock that it allows, DBP. The supply is steady',
      files: ['peripherals/pwr.ts'],
    },
    {
      blocks: ['FLASH'],
      source: 'RM0383 Rev 3, 3',
      modelled:
        'wait states against the clock, keys, erase by sector and as a whole, programming by 8, 16 and 32 bits, times of the datasheet, the stall of code in flash, error flags and interrupts, option bytes with write and read protection, wear, power that fails',
      files: ['peripherals/flash.ts', 'peripherals/flash-controller.ts'],
    },
    {
      blocks: ['SYSCFG'],
      source: 'RM0383 Rev 3, 7',
      modelled: 'the port of each EXTI line; the compensation cell is ready at once',
      files: ['peripherals/syscfg.ts'],
    },
    {
      blocks: ['EXTI'],
      source: 'RM0383 Rev 3, 10',
      modelled: EXTI,
      files: ['peripherals/exti-lines.ts'],
      alsoRefused: ['lines of blocks that are not modelled'],
    },
    {
      blocks: ['GPIOA', 'GPIOB', 'GPIOC', 'GPIOD', 'GPIOE', 'GPIOH'],
      source: 'RM0383 Rev 3, 8',
      modelled:
        'modes, open drain, pulls, inputs driven from outside, BSRR, the lock, alternate functions as others ask for them',
      files: ['peripherals/gpio.ts'],
    },
    {
      blocks: ['USART1', 'USART2', 'USART6'],
      source: 'RM0383 Rev 3, 19',
      modelled:
        'sending and receiving 8 or 9 bits at the programmed rate, the idle frame, all flags of that and their interrupts',
      files: ['peripherals/usart.ts', 'peripherals/async-port.ts'],
    },
    {
      blocks: ['SPI1', 'SPI2', 'SPI3', 'SPI4', 'SPI5'],
      source: 'RM0383 Rev 3, 20',
      modelled:
        'a master with frames of 8 and 16 bits, all four modes, flags and interrupts, overrun; serial flash at one of them',
      files: ['peripherals/spi.ts', 'peripherals/spi-port.ts'],
    },
    {
      blocks: ['TIM1', 'TIM2', 'TIM3', 'TIM4', 'TIM5', 'TIM9', 'TIM10', 'TIM11'],
      source: 'RM0383 Rev 3, 12 to 14',
      modelled: TIMERS,
      files: ['peripherals/timer.ts'],
    },
    { blocks: ['IWDG'], source: 'RM0383 Rev 3, 15', modelled: IWDG, files: ['peripherals/iwdg.ts'] },
    { blocks: ['WWDG'], source: 'RM0383 Rev 3, 16', modelled: WWDG, files: ['peripherals/wwdg.ts'] },
    {
      blocks: ['RTC'],
      source: 'RM0383 Rev 3, 17.6.20',
      modelled: 'the 20 backup registers, with DBP, clock and battery',
      files: ['peripherals/backup-registers.ts'],
    },
    { blocks: ['CRC'], source: 'RM0383 Rev 3, 4', modelled: CRC_F4, files: ['peripherals/crc.ts'] },
    { blocks: ['DBGMCU'], source: 'RM0383 Rev 3, 23.6', modelled: DBGMCU, files: ['peripherals/identification.ts'] },
    {
      blocks: ['SYSTEM_MEMORY'],
      source: 'RM0383 Rev 3, 24',
      modelled: 'unique id and flash size',
      files: ['peripherals/identification.ts'],
    },
  ],
  STM32L476: [
    ...CORE,
    {
      blocks: ['RCC'],
      source: 'RM0351 Rev 9, 6',
      modelled:
        'MSI with its ranges, HSI16, HSE, PLL (output R) and LSI with start-up times, the clock switch and what it allows, bus prescalers, enable and reset bits, clocks of the serial ports, reset flags, the backup domain',
      files: ['peripherals/rcc-l4.ts', 'peripherals/clock-control.ts'],
      alsoRefused: ['LSE as the clock of a serial port'],
    },
    {
      blocks: ['PWR'],
      source: 'RM0351 Rev 9, 5',
      modelled:
        'voltage range with its delay and the clock that it allows, DBP, pulls for standby as bits. The supply is steady',
      files: ['peripherals/pwr-l4.ts'],
    },
    {
      blocks: ['FLASH'],
      source: 'RM0351 Rev 9, 3',
      modelled:
        'wait states against clock and voltage, keys, erase by page and bank, programming by double words once, times of the datasheet, the stall of code in the same bank, error flags and interrupts, ECC of torn double words with the NMI, option bytes with write and read protection and their loading, wear, power that fails',
      files: ['peripherals/flash-l4.ts', 'peripherals/flash-l4-registers.ts', 'peripherals/flash-controller.ts'],
    },
    {
      blocks: ['SYSCFG'],
      source: 'RM0351 Rev 9, 9',
      modelled: 'the port of each EXTI line; CFGR1 and CFGR2 are kept',
      files: ['peripherals/syscfg-l4.ts'],
    },
    {
      blocks: ['EXTI'],
      source: 'RM0351 Rev 9, 14',
      modelled: EXTI,
      files: ['peripherals/exti-lines.ts'],
      alsoRefused: ['lines of blocks that are not modelled'],
    },
    {
      blocks: ['GPIOA', 'GPIOB', 'GPIOC', 'GPIOD', 'GPIOE', 'GPIOF', 'GPIOG', 'GPIOH'],
      source: 'RM0351 Rev 9, 8',
      modelled: 'as on the STM32F411, and BRR; ASCR is kept',
      files: ['peripherals/gpio.ts'],
    },
    {
      blocks: ['USART1', 'USART2', 'USART3', 'UART4', 'UART5'],
      source: 'RM0351 Rev 9, 40',
      modelled:
        'sending and receiving 7, 8 or 9 bits at the programmed rate, the idle frame, all flags of that and their interrupts, ICR and RQR',
      files: ['peripherals/usart-v2.ts', 'peripherals/async-port.ts'],
    },
    {
      blocks: ['SPI1', 'SPI2', 'SPI3'],
      source: 'RM0351 Rev 9, 42',
      modelled:
        'a master with frames of 8 and 16 bits, queues of four bytes, two frames in one access, flags and interrupts, overrun; serial flash at one of them',
      files: ['peripherals/spi-v2.ts', 'peripherals/spi-port.ts'],
      alsoRefused: ['frames of other lengths'],
    },
    {
      blocks: ['TIM1', 'TIM2', 'TIM3', 'TIM4', 'TIM5', 'TIM6', 'TIM7', 'TIM8', 'TIM15', 'TIM16', 'TIM17'],
      source: 'RM0351 Rev 9, 30 to 33',
      modelled: TIMERS,
      files: ['peripherals/timer.ts'],
    },
    { blocks: ['IWDG'], source: 'RM0351 Rev 9, 36', modelled: `${IWDG}; the window`, files: ['peripherals/iwdg.ts'] },
    { blocks: ['WWDG'], source: 'RM0351 Rev 9, 37', modelled: WWDG, files: ['peripherals/wwdg.ts'] },
    {
      blocks: ['RTC'],
      source: 'RM0351 Rev 9, 38.6.20',
      modelled: 'the 32 backup registers, with DBP, clock and battery',
      files: ['peripherals/backup-registers.ts'],
    },
    {
      blocks: ['CRC'],
      source: 'RM0351 Rev 9, 15',
      modelled:
        'polynomials of 7, 8, 16 and 32 bits, any initial value, reversed bits, bytes and halfwords; the result is there at once',
      files: ['peripherals/crc.ts'],
    },
    { blocks: ['DBGMCU'], source: 'RM0351 Rev 9, 48.6', modelled: DBGMCU, files: ['peripherals/identification.ts'] },
    {
      blocks: ['SYSTEM_MEMORY'],
      source: 'RM0351 Rev 9, 49',
      modelled: 'unique id, flash size, package',
      files: ['peripherals/identification.ts'],
    },
  ],
};
