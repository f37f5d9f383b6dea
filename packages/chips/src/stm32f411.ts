/**
 * STM32F411xC/xE. Sources: RM0383 Rev 3 (reference manual), DS10314 (datasheet of the F411xC/xE).
 * Interrupt numbers: RM0383, 10.2, table 37. Addresses: RM0383, 2.3, table 1.
 */
import type { ChipFacts, InterruptVector, RegisterBlock } from './chip.ts';

/** IRQ numbers and names, as in the vendor's start-up file; gaps are reserved. */
const INTERRUPTS = `
0 WWDG  1 PVD  2 TAMP_STAMP  3 RTC_WKUP  4 FLASH  5 RCC  6 EXTI0  7 EXTI1  8 EXTI2  9 EXTI3  10 EXTI4
11 DMA1_Stream0  12 DMA1_Stream1  13 DMA1_Stream2  14 DMA1_Stream3  15 DMA1_Stream4  16 DMA1_Stream5  17 DMA1_Stream6
18 ADC  23 EXTI9_5  24 TIM1_BRK_TIM9  25 TIM1_UP_TIM10  26 TIM1_TRG_COM_TIM11  27 TIM1_CC  28 TIM2  29 TIM3  30 TIM4
31 I2C1_EV  32 I2C1_ER  33 I2C2_EV  34 I2C2_ER  35 SPI1  36 SPI2  37 USART1  38 USART2  40 EXTI15_10  41 RTC_Alarm
42 OTG_FS_WKUP  47 DMA1_Stream7  49 SDIO  50 TIM5  51 SPI3  56 DMA2_Stream0  57 DMA2_Stream1  58 DMA2_Stream2
59 DMA2_Stream3  60 DMA2_Stream4  67 OTG_FS  68 DMA2_Stream5  69 DMA2_Stream6  70 DMA2_Stream7  71 USART6
72 I2C3_EV  73 I2C3_ER  81 FPU  84 SPI4  85 SPI5
`;

function parseInterrupts(text: string): InterruptVector[] {
  return [...text.matchAll(/(\d+) (\w+)/g)].map(([, number, name]) => ({
    number: Number(number),
    name: `${name}_IRQHandler`,
  }));
}

/** name kind start [cause=irq …] */
const BLOCKS = `
TIM2 timer 40000000 global=28
TIM3 timer 40000400 global=29
TIM4 timer 40000800 global=30
TIM5 timer 40000c00 global=50
RTC rtc 40002800
WWDG wwdg 40002c00
IWDG iwdg 40003000
SPI2 spi 40003800 global=36
SPI3 spi 40003c00 global=51
USART2 usart 40004400 global=38
I2C1 i2c 40005400 event=31 error=32
I2C2 i2c 40005800 event=33 error=34
I2C3 i2c 40005c00 event=72 error=73
PWR pwr 40007000
TIM1 timer 40010000 update=25 compare=27
USART1 usart 40011000 global=37
USART6 usart 40011400 global=71
ADC1 adc 40012000 global=18
SDIO sdio 40012c00 global=49
SPI1 spi 40013000 global=35
SPI4 spi 40013400 global=84
SYSCFG syscfg 40013800
EXTI exti 40013c00 line0=6 line1=7 line2=8 line3=9 line4=10 line9_5=23 line15_10=40
TIM9 timer 40014000 global=24
TIM10 timer 40014400 global=25
TIM11 timer 40014800 global=26
SPI5 spi 40015000 global=85
GPIOA gpio 40020000
GPIOB gpio 40020400
GPIOC gpio 40020800
GPIOD gpio 40020c00
GPIOE gpio 40021000
GPIOH gpio 40021c00
CRC crc 40023000
RCC rcc 40023800 global=5
FLASH flash 40023c00 global=4
DMA1 dma 40026000
DMA2 dma 40026400
DBGMCU dbgmcu e0042000
`;

function parseBlocks(text: string): RegisterBlock[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [name, kind, start, ...causes] = line.split(' ');
      const interrupts = Object.fromEntries(
        causes.map((c) => c.split('=')).map(([cause, irq]) => [cause, Number(irq)]),
      );
      return {
        name,
        kind,
        start: Number.parseInt(start, 16),
        size: 0x400,
        interrupts,
        source: 'RM0383 Rev 3, 2.3, table 1',
      };
    });
}

export const stm32f411xe: ChipFacts = {
  name: 'STM32F411xE',
  core: 'cortex-m4f',
  resetAddress: 0x0800_0000,
  flash: {
    name: 'FLASH',
    start: 0x0800_0000,
    sectors: [
      { count: 4, size: 0x4000 },
      { count: 1, size: 0x1_0000 },
      { count: 3, size: 0x2_0000 },
    ],
    writeSize: 1,
    writeOnce: false,
    erasedByte: 0xff,
    endurance: 10_000,
    source: 'RM0383 Rev 3, 3.3, table 5 (sectors); DS10314, 6.3.12 (endurance)',
  },
  ram: [{ name: 'SRAM1', start: 0x2000_0000, size: 0x2_0000, executable: true, source: 'RM0383 Rev 3, 2.3.1' }],
  interruptCount: 86,
  interrupts: parseInterrupts(INTERRUPTS),
  registerBlocks: parseBlocks(BLOCKS),
  sources: ['RM0383 Rev 3', 'DS10314'],
};
