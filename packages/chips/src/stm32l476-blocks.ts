/**
 * Register blocks of the STM32L476xx. Addresses and sizes: RM0351 Rev 9, 2.2.2, register boundary addresses. Clock
 * enables: 6.4.16 to 6.4.21. Interrupts: 13.3; a cause that reaches the NVIC through an EXTI line (14.3.2) stands at the
 * block that raises it. The processor's own blocks (SCB, NVIC, SysTick) are the architecture's, not the vendor's.
 */
import { parseBlocks } from './block-table.ts';
import type { RegisterBlock } from './chip.ts';
import { L4_ENABLE_REGISTERS } from './stm32l4-tables.ts';

/** name, kind, start, size, clock enable (bus and bit, or -), and the causes of interrupts with their numbers. */
const BLOCKS = `
TIM2      timer     40000000  400    APB1ENR1.0  global=28
TIM3      timer     40000400  400    APB1ENR1.1  global=29
TIM4      timer     40000800  400    APB1ENR1.2  global=30
TIM5      timer     40000C00  400    APB1ENR1.3  global=50
TIM6      timer     40001000  400    APB1ENR1.4  global=54
TIM7      timer     40001400  400    APB1ENR1.5  global=55
LCD       lcd       40002400  400    APB1ENR1.9  global=78
RTC       rtc       40002800  400    -           tamper=2 wakeup=3 alarm=41
WWDG      wwdg      40002C00  400    APB1ENR1.11 early=0
IWDG      iwdg      40003000  400    -
SPI2      spi       40003800  400    APB1ENR1.14 global=36
SPI3      spi       40003C00  400    APB1ENR1.15 global=51
USART2    usart     40004400  400    APB1ENR1.17 global=38
USART3    usart     40004800  400    APB1ENR1.18 global=39
UART4     usart     40004C00  400    APB1ENR1.19 global=52
UART5     usart     40005000  400    APB1ENR1.20 global=53
I2C1      i2c       40005400  400    APB1ENR1.21 event=31 error=32
I2C2      i2c       40005800  400    APB1ENR1.22 event=33 error=34
I2C3      i2c       40005C00  400    APB1ENR1.23 event=72 error=73
CAN1      can       40006400  400    APB1ENR1.25 transmit=19 receive0=20 receive1=21 status=22
PWR       pwr       40007000  400    APB1ENR1.28 voltage=1
DAC1      dac       40007400  400    APB1ENR1.29 underrun=54
OPAMP     opamp     40007800  400    APB1ENR1.30
LPTIM1    lptimer   40007C00  400    APB1ENR1.31 global=65
LPUART1   lpuart    40008000  400    APB1ENR2.0  global=70
SWPMI1    swpmi     40008800  400    APB1ENR2.2  global=76
LPTIM2    lptimer   40009400  400    APB1ENR2.5  global=66
SYSCFG    syscfg    40010000  30     APB2ENR.0
VREFBUF   vrefbuf   40010030  1D0    APB2ENR.0
COMP      comp      40010200  200    APB2ENR.0   global=64
EXTI      exti      40010400  400    -           line0=6 line1=7 line2=8 line3=9 line4=10 line9_5=23 line15_10=40
FIREWALL  firewall  40011C00  400    APB2ENR.7
SDMMC1    sdmmc     40012800  400    APB2ENR.10  global=49
TIM1      timer     40012C00  400    APB2ENR.11  break=24 update=25 trigger=26 compare=27
SPI1      spi       40013000  400    APB2ENR.12  global=35
TIM8      timer     40013400  400    APB2ENR.13  break=43 update=44 trigger=45 compare=46
USART1    usart     40013800  400    APB2ENR.14  global=37
TIM15     timer     40014000  400    APB2ENR.16  global=24
TIM16     timer     40014400  400    APB2ENR.17  global=25
TIM17     timer     40014800  400    APB2ENR.18  global=26
SAI1      sai       40015400  400    APB2ENR.21  global=74
SAI2      sai       40015800  400    APB2ENR.22  global=75
DFSDM1    dfsdm     40016000  400    APB2ENR.24  filter0=61 filter1=62 filter2=63 filter3=42
DMA1      dma       40020000  400    AHB1ENR.0   channel1=11 channel2=12 channel3=13 channel4=14 channel5=15 channel6=16 channel7=17
DMA2      dma       40020400  400    AHB1ENR.1   channel1=56 channel2=57 channel3=58 channel4=59 channel5=60 channel6=68 channel7=69
RCC       rcc       40021000  400    -           global=5
FLASH     flash     40022000  400    -           global=4
CRC       crc       40023000  400    AHB1ENR.12
TSC       tsc       40024000  400    AHB1ENR.16  global=77
GPIOA     gpio      48000000  400    AHB2ENR.0
GPIOB     gpio      48000400  400    AHB2ENR.1
GPIOC     gpio      48000800  400    AHB2ENR.2
GPIOD     gpio      48000C00  400    AHB2ENR.3
GPIOE     gpio      48001000  400    AHB2ENR.4
GPIOF     gpio      48001400  400    AHB2ENR.5
GPIOG     gpio      48001800  400    AHB2ENR.6
GPIOH     gpio      48001C00  400    AHB2ENR.7
OTG_FS    usb       50000000  40000  AHB2ENR.12  global=67
ADC       adc       50040000  400    AHB2ENR.13  adc1_2=18 adc3=47
RNG       rng       50060800  400    AHB2ENR.18  global=80
FMC       fmc       A0000000  400    AHB3ENR.0   global=48
QUADSPI   quadspi   A0001000  400    AHB3ENR.8   global=71
DBGMCU    dbgmcu    E0042000  400    -
`;

export const STM32L476_BLOCKS: readonly RegisterBlock[] = parseBlocks(
  { enableRegisters: L4_ENABLE_REGISTERS, source: 'RM0351 Rev 9, 2.2.2, register boundary addresses' },
  BLOCKS,
);
