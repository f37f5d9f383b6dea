/**
 * Register blocks of the STM32F4 family by groups that its members have in common; a chip's file puts its groups
 * together. A cause that reaches the NVIC through an EXTI line stands at the block that raises it. The processor's own
 * blocks (SCB, NVIC, SysTick) are the architecture's, not the vendor's.
 */

/** Offsets of the clock-enable registers in RCC: RM0090, 7.3.10 to 7.3.14; the same in the whole family. */
export const F4_ENABLE_REGISTERS: Readonly<Record<string, number>> = {
  AHB1ENR: 0x30,
  AHB2ENR: 0x34,
  AHB3ENR: 0x38,
  APB1ENR: 0x40,
  APB2ENR: 0x44,
};

/** Every member of the family. */
export const F4_COMMON_BLOCKS = `
TIM2     timer   40000000  400    APB1ENR.0   global=28
TIM3     timer   40000400  400    APB1ENR.1   global=29
TIM4     timer   40000800  400    APB1ENR.2   global=30
TIM5     timer   40000C00  400    APB1ENR.3   global=50
RTC      rtc     40002800  400    -           tamper=2 wakeup=3 alarm=41
WWDG     wwdg    40002C00  400    APB1ENR.11  early=0
IWDG     iwdg    40003000  400    -
SPI2     spi     40003800  400    APB1ENR.14  global=36
SPI3     spi     40003C00  400    APB1ENR.15  global=51
USART2   usart   40004400  400    APB1ENR.17  global=38
I2C1     i2c     40005400  400    APB1ENR.21  event=31 error=32
I2C2     i2c     40005800  400    APB1ENR.22  event=33 error=34
I2C3     i2c     40005C00  400    APB1ENR.23  event=72 error=73
PWR      pwr     40007000  400    APB1ENR.28  voltage=1
TIM1     timer   40010000  400    APB2ENR.0   break=24 update=25 trigger=26 compare=27
USART1   usart   40011000  400    APB2ENR.4   global=37
USART6   usart   40011400  400    APB2ENR.5   global=71
SDIO     sdio    40012C00  400    APB2ENR.11  global=49
SPI1     spi     40013000  400    APB2ENR.12  global=35
SYSCFG   syscfg  40013800  400    APB2ENR.14
EXTI     exti    40013C00  400    -           line0=6 line1=7 line2=8 line3=9 line4=10 line9_5=23 line15_10=40
TIM9     timer   40014000  400    APB2ENR.16  global=24
TIM10    timer   40014400  400    APB2ENR.17  global=25
TIM11    timer   40014800  400    APB2ENR.18  global=26
GPIOA    gpio    40020000  400    AHB1ENR.0
GPIOB    gpio    40020400  400    AHB1ENR.1
GPIOC    gpio    40020800  400    AHB1ENR.2
GPIOD    gpio    40020C00  400    AHB1ENR.3
GPIOE    gpio    40021000  400    AHB1ENR.4
GPIOH    gpio    40021C00  400    AHB1ENR.7
CRC      crc     40023000  400    AHB1ENR.12
RCC      rcc     40023800  400    -           global=5
FLASH    flash   40023C00  400    -           global=4
DMA1     dma     40026000  400    AHB1ENR.21  stream0=11 stream1=12 stream2=13 stream3=14 stream4=15 stream5=16 stream6=17 stream7=47
DMA2     dma     40026400  400    AHB1ENR.22  stream0=56 stream1=57 stream2=58 stream3=59 stream4=60 stream5=68 stream6=69 stream7=70
OTG_FS   usb     50000000  40000  AHB2ENR.7   global=67 wakeup=42
DBGMCU   dbgmcu  E0042000  400    -
`;

/** Full-duplex I2S beside SPI2 and SPI3: STM32F401, F405, F407, F411. Clocked with the SPI. */
export const F4_I2S_BLOCKS = `
I2S2ext  i2s     40003400  400    APB1ENR.14
I2S3ext  i2s     40004000  400    APB1ENR.15
`;

/** STM32F401 and F411: one converter. */
export const F4_ONE_ADC_BLOCKS = `
ADC1     adc     40012000  400    APB2ENR.8   global=18
`;

/** STM32F401, F411 and F446. */
export const F4_SPI4_BLOCKS = `
SPI4     spi     40013400  400    APB2ENR.13  global=84
`;

/** STM32F405, F407 and F446: three converters, CAN, more timers, serial ports and pins, high-speed USB. */
export const F4_LARGE_BLOCKS = `
TIM6     timer   40001000  400    APB1ENR.4   global=54
TIM7     timer   40001400  400    APB1ENR.5   global=55
TIM12    timer   40001800  400    APB1ENR.6   global=43
TIM13    timer   40001C00  400    APB1ENR.7   global=44
TIM14    timer   40002000  400    APB1ENR.8   global=45
USART3   usart   40004800  400    APB1ENR.18  global=39
UART4    usart   40004C00  400    APB1ENR.19  global=52
UART5    usart   40005000  400    APB1ENR.20  global=53
CAN1     can     40006400  400    APB1ENR.25  transmit=19 receive0=20 receive1=21 status=22
CAN2     can     40006800  400    APB1ENR.26  transmit=63 receive0=64 receive1=65 status=66
DAC      dac     40007400  400    APB1ENR.29  underrun=54
TIM8     timer   40010400  400    APB2ENR.1   break=43 update=44 trigger=45 compare=46
ADC1     adc     40012000  100    APB2ENR.8   global=18
ADC2     adc     40012100  100    APB2ENR.9   global=18
ADC3     adc     40012200  100    APB2ENR.10  global=18
ADC      adc     40012300  100    APB2ENR.8
GPIOF    gpio    40021400  400    AHB1ENR.5
GPIOG    gpio    40021800  400    AHB1ENR.6
BKPSRAM  ram     40024000  1000   AHB1ENR.18
OTG_HS   usb     40040000  40000  AHB1ENR.29  global=77 wakeup=76 endpoint1_out=74 endpoint1_in=75
`;
