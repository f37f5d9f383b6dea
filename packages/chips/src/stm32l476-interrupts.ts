/**
 * Interrupts of the STM32L476xx: RM0351 Rev 9, 13.3, vector table. Names as in the vendor's start-up file, without
 * `_IRQHandler`. Positions 0..81; 79 belongs to the STM32L486 alone.
 */
import type { InterruptVector } from './chip.ts';
import { parseInterrupts } from './interrupt-table.ts';

const POSITIONS = `
0 WWDG  1 PVD_PVM  2 TAMP_STAMP  3 RTC_WKUP  4 FLASH  5 RCC  6 EXTI0  7 EXTI1  8 EXTI2  9 EXTI3  10 EXTI4
11 DMA1_Channel1  12 DMA1_Channel2  13 DMA1_Channel3  14 DMA1_Channel4  15 DMA1_Channel5  16 DMA1_Channel6
17 DMA1_Channel7  18 ADC1_2  19 CAN1_TX  20 CAN1_RX0  21 CAN1_RX1  22 CAN1_SCE  23 EXTI9_5  24 TIM1_BRK_TIM15
25 TIM1_UP_TIM16  26 TIM1_TRG_COM_TIM17  27 TIM1_CC  28 TIM2  29 TIM3  30 TIM4  31 I2C1_EV  32 I2C1_ER  33 I2C2_EV
34 I2C2_ER  35 SPI1  36 SPI2  37 USART1  38 USART2  39 USART3  40 EXTI15_10  41 RTC_Alarm  42 DFSDM1_FLT3
43 TIM8_BRK  44 TIM8_UP  45 TIM8_TRG_COM  46 TIM8_CC  47 ADC3  48 FMC  49 SDMMC1  50 TIM5  51 SPI3  52 UART4  53 UART5
54 TIM6_DAC  55 TIM7  56 DMA2_Channel1  57 DMA2_Channel2  58 DMA2_Channel3  59 DMA2_Channel4  60 DMA2_Channel5
61 DFSDM1_FLT0  62 DFSDM1_FLT1  63 DFSDM1_FLT2  64 COMP  65 LPTIM1  66 LPTIM2  67 OTG_FS  68 DMA2_Channel6
69 DMA2_Channel7  70 LPUART1  71 QUADSPI  72 I2C3_EV  73 I2C3_ER  74 SAI1  75 SAI2  76 SWPMI1  77 TSC  78 LCD
80 RNG  81 FPU
`;

/** Positions, the gap included. */
export const STM32L476_INTERRUPT_COUNT = 82;

export const STM32L476_INTERRUPTS: readonly InterruptVector[] = parseInterrupts(POSITIONS);
