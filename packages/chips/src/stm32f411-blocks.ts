/**
 * Register blocks of the STM32F411xC/xE. Addresses and sizes: RM0383 Rev 3, 2.3, register boundary addresses. Clock
 * enables: 6.3.9 to 6.3.12. Interrupts: 10.2; a cause that reaches the NVIC through an EXTI line (10.2.5) stands at the
 * block that raises it. The processor's own blocks (SCB, NVIC, SysTick) are the architecture's, not the vendor's.
 */
import { invariant } from '@kickstage/base/invariant';
import type { ClockEnable, RegisterBlock } from './chip.ts';

/** Offsets of the clock-enable registers in RCC: RM0383 Rev 3, 6.3.9 to 6.3.12. */
const ENABLE_REGISTERS: Readonly<Record<string, number>> = { AHB1: 0x30, AHB2: 0x34, APB1: 0x40, APB2: 0x44 };

/** name, kind, start, size, clock enable (bus and bit, or -), and the causes of interrupts with their numbers. */
const BLOCKS = `
TIM2     timer   40000000  400    APB1.0   global=28
TIM3     timer   40000400  400    APB1.1   global=29
TIM4     timer   40000800  400    APB1.2   global=30
TIM5     timer   40000C00  400    APB1.3   global=50
RTC      rtc     40002800  400    -        tamper=2 wakeup=3 alarm=41
WWDG     wwdg    40002C00  400    APB1.11  early=0
IWDG     iwdg    40003000  400    -
I2S2ext  i2s     40003400  400    APB1.14
SPI2     spi     40003800  400    APB1.14  global=36
SPI3     spi     40003C00  400    APB1.15  global=51
I2S3ext  i2s     40004000  400    APB1.15
USART2   usart   40004400  400    APB1.17  global=38
I2C1     i2c     40005400  400    APB1.21  event=31 error=32
I2C2     i2c     40005800  400    APB1.22  event=33 error=34
I2C3     i2c     40005C00  400    APB1.23  event=72 error=73
PWR      pwr     40007000  400    APB1.28  voltage=1
TIM1     timer   40010000  400    APB2.0   break=24 update=25 trigger=26 compare=27
USART1   usart   40011000  400    APB2.4   global=37
USART6   usart   40011400  400    APB2.5   global=71
ADC1     adc     40012000  400    APB2.8   global=18
SDIO     sdio    40012C00  400    APB2.11  global=49
SPI1     spi     40013000  400    APB2.12  global=35
SPI4     spi     40013400  400    APB2.13  global=84
SYSCFG   syscfg  40013800  400    APB2.14
EXTI     exti    40013C00  400    -        line0=6 line1=7 line2=8 line3=9 line4=10 line9_5=23 line15_10=40
TIM9     timer   40014000  400    APB2.16  global=24
TIM10    timer   40014400  400    APB2.17  global=25
TIM11    timer   40014800  400    APB2.18  global=26
SPI5     spi     40015000  400    APB2.20  global=85
GPIOA    gpio    40020000  400    AHB1.0
GPIOB    gpio    40020400  400    AHB1.1
GPIOC    gpio    40020800  400    AHB1.2
GPIOD    gpio    40020C00  400    AHB1.3
GPIOE    gpio    40021000  400    AHB1.4
GPIOH    gpio    40021C00  400    AHB1.7
CRC      crc     40023000  400    AHB1.12
RCC      rcc     40023800  400    -        global=5
FLASH    flash   40023C00  400    -        global=4
DMA1     dma     40026000  400    AHB1.21  stream0=11 stream1=12 stream2=13 stream3=14 stream4=15 stream5=16 stream6=17 stream7=47
DMA2     dma     40026400  400    AHB1.22  stream0=56 stream1=57 stream2=58 stream3=59 stream4=60 stream5=68 stream6=69 stream7=70
OTG_FS   usb     50000000  40000  AHB2.7   global=67 wakeup=42
DBGMCU   dbgmcu  E0042000  400    -
`;

export const STM32F411_BLOCKS: readonly RegisterBlock[] = BLOCKS.trim().split('\n').map(parseBlock);

function parseBlock(line: string): RegisterBlock {
  const match = /^(\w+) +(\w+) +([0-9A-F]{8}) +([0-9A-F]+) +(-|\w+\.\d+)((?: +\w+=\d+)*)$/.exec(line.trim());
  invariant(match, `"${line}" is not a line of the table`);
  const [, name, kind, start, size, clock, causes] = match;
  const interrupts = [...causes.matchAll(/(\w+)=(\d+)/g)].map(([, cause, number]) => [cause, Number(number)]);
  return {
    name,
    kind,
    start: Number.parseInt(start, 16),
    size: Number.parseInt(size, 16),
    ...(interrupts.length > 0 ? { interrupts: Object.fromEntries(interrupts) } : {}),
    ...(clock === '-' ? {} : { clockEnable: parseClock(clock) }),
    source: 'RM0383 Rev 3, 2.3, register boundary addresses',
  };
}

function parseClock(text: string): ClockEnable {
  const [bus, bit] = text.split('.');
  invariant(bus in ENABLE_REGISTERS, `no bus ${bus}`);
  return { register: `${bus}ENR`, offset: ENABLE_REGISTERS[bus], bit: Number(bit) };
}
