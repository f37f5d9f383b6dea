/**
 * Interrupts and register blocks that the STM32L43x and STM32L45x have in common (RM0394); a chip's file adds its own. A
 * cause that reaches the NVIC through an EXTI line stands at the block that raises it. FLASH has an enable bit, but it is
 * set at reset and may be cleared only while the flash is powered down: its block counts as always clocked.
 */

/** Offsets of the clock-enable registers in RCC: RM0394, 6.4, RCC registers. */
export const L4_ENABLE_REGISTERS: Readonly<Record<string, number>> = {
  AHB1ENR: 0x48,
  AHB2ENR: 0x4c,
  AHB3ENR: 0x50,
  APB1ENR1: 0x58,
  APB1ENR2: 0x5c,
  APB2ENR: 0x60,
};

export const L43_L45_INTERRUPTS = `
0 WWDG  1 PVD_PVM  2 TAMP_STAMP  3 RTC_WKUP  4 FLASH  5 RCC  6 EXTI0  7 EXTI1  8 EXTI2  9 EXTI3  10 EXTI4
11 DMA1_Channel1  12 DMA1_Channel2  13 DMA1_Channel3  14 DMA1_Channel4  15 DMA1_Channel5  16 DMA1_Channel6
17 DMA1_Channel7  18 ADC1  19 CAN1_TX  20 CAN1_RX0  21 CAN1_RX1  22 CAN1_SCE  23 EXTI9_5  24 TIM1_BRK_TIM15
25 TIM1_UP_TIM16  26 TIM1_TRG_COM  27 TIM1_CC  28 TIM2  31 I2C1_EV  32 I2C1_ER  35 SPI1  37 USART1  38 USART2
40 EXTI15_10  41 RTC_Alarm  51 SPI3  54 TIM6_DAC  56 DMA2_Channel1  57 DMA2_Channel2  58 DMA2_Channel3
59 DMA2_Channel4  60 DMA2_Channel5  64 COMP  65 LPTIM1  66 LPTIM2  67 USB  68 DMA2_Channel6  69 DMA2_Channel7
70 LPUART1  71 QUADSPI  72 I2C3_EV  73 I2C3_ER  74 SAI1  77 TSC  80 RNG  81 FPU  82 CRS
`;

export const L43_L45_BLOCKS = `
TIM2     timer    40000000  400   APB1ENR1.0   global=28
TIM6     timer    40001000  400   APB1ENR1.4   global=54
RTC      rtc      40002800  400   APB1ENR1.10  tamper=2 wakeup=3 alarm=41
WWDG     wwdg     40002C00  400   APB1ENR1.11  early=0
IWDG     iwdg     40003000  400   -
SPI3     spi      40003C00  400   APB1ENR1.15  global=51
USART2   usart    40004400  400   APB1ENR1.17  global=38
I2C1     i2c      40005400  400   APB1ENR1.21  event=31 error=32
I2C3     i2c      40005C00  400   APB1ENR1.23  event=72 error=73
CRS      crs      40006000  400   APB1ENR1.24  global=82
CAN1     can      40006400  400   APB1ENR1.25  transmit=19 receive0=20 receive1=21 status=22
USB      usb      40006800  400   APB1ENR1.26  global=67
USB_SRAM usb      40006C00  400   APB1ENR1.26
PWR      pwr      40007000  400   APB1ENR1.28  voltage=1
DAC1     dac      40007400  400   APB1ENR1.29  underrun=54
OPAMP    opamp    40007800  400   APB1ENR1.30
LPTIM1   lptimer  40007C00  400   APB1ENR1.31  global=65
LPUART1  lpuart   40008000  400   APB1ENR2.0   global=70
LPTIM2   lptimer  40009400  400   APB1ENR2.5   global=66
SYSCFG   syscfg   40010000  30    APB2ENR.0
COMP     comp     40010200  200   APB2ENR.0    global=64
EXTI     exti     40010400  400   -            line0=6 line1=7 line2=8 line3=9 line4=10 line9_5=23 line15_10=40
FIREWALL firewall 40011C00  400   APB2ENR.7
TIM1     timer    40012C00  400   APB2ENR.11   break=24 update=25 trigger=26 compare=27
SPI1     spi      40013000  400   APB2ENR.12   global=35
USART1   usart    40013800  400   APB2ENR.14   global=37
TIM15    timer    40014000  400   APB2ENR.16   global=24
TIM16    timer    40014400  400   APB2ENR.17   global=25
SAI1     sai      40015400  400   APB2ENR.21   global=74
DMA1     dma      40020000  400   AHB1ENR.0    channel1=11 channel2=12 channel3=13 channel4=14 channel5=15 channel6=16 channel7=17
DMA2     dma      40020400  400   AHB1ENR.1    channel1=56 channel2=57 channel3=58 channel4=59 channel5=60 channel6=68 channel7=69
RCC      rcc      40021000  400   -            global=5
FLASH    flash    40022000  400   -            global=4
CRC      crc      40023000  400   AHB1ENR.12
TSC      tsc      40024000  400   AHB1ENR.16   global=77
GPIOA    gpio     48000000  400   AHB2ENR.0
GPIOB    gpio     48000400  400   AHB2ENR.1
GPIOC    gpio     48000800  400   AHB2ENR.2
GPIOH    gpio     48001C00  400   AHB2ENR.7
ADC1     adc      50040000  400   AHB2ENR.13   global=18
RNG      rng      50060800  400   AHB2ENR.18   global=80
QUADSPI  quadspi  A0001000  400   AHB3ENR.8    global=71
DBGMCU   dbgmcu   E0042000  400   -
`;
