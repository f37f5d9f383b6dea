/**
 * Interrupts of the STM32F411xC/xE: RM0383 Rev 3, 10.2, vector table. Names as in the vendor's start-up file, without
 * `_IRQHandler`. Positions 0..85 with gaps: the numbers left out are reserved.
 */
import { invariant } from '@kickstage/base/invariant';
import type { InterruptVector } from './chip.ts';

const POSITIONS = `
0 WWDG  1 PVD  2 TAMP_STAMP  3 RTC_WKUP  4 FLASH  5 RCC  6 EXTI0  7 EXTI1  8 EXTI2  9 EXTI3  10 EXTI4
11 DMA1_Stream0  12 DMA1_Stream1  13 DMA1_Stream2  14 DMA1_Stream3  15 DMA1_Stream4  16 DMA1_Stream5  17 DMA1_Stream6
18 ADC  23 EXTI9_5  24 TIM1_BRK_TIM9  25 TIM1_UP_TIM10  26 TIM1_TRG_COM_TIM11  27 TIM1_CC  28 TIM2  29 TIM3  30 TIM4
31 I2C1_EV  32 I2C1_ER  33 I2C2_EV  34 I2C2_ER  35 SPI1  36 SPI2  37 USART1  38 USART2  40 EXTI15_10  41 RTC_Alarm
42 OTG_FS_WKUP  47 DMA1_Stream7  49 SDIO  50 TIM5  51 SPI3  56 DMA2_Stream0  57 DMA2_Stream1  58 DMA2_Stream2
59 DMA2_Stream3  60 DMA2_Stream4  67 OTG_FS  68 DMA2_Stream5  69 DMA2_Stream6  70 DMA2_Stream7  71 USART6
72 I2C3_EV  73 I2C3_ER  81 FPU  84 SPI4  85 SPI5
`;

/** Positions, gaps included. */
export const STM32F411_INTERRUPT_COUNT = 86;

export const STM32F411_INTERRUPTS: readonly InterruptVector[] = POSITIONS.trim()
  .split(/\s{2,}|\n/)
  .map((entry) => {
    const match = /^(\d+) (\w+)$/.exec(entry);
    invariant(match, `"${entry}" is not: number name`);
    return { number: Number(match[1]), name: `${match[2]}_IRQHandler` };
  });
