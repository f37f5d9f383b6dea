/** Handler names of the architecture's own exceptions, by exception number (DDI 0403E B1.5.2), as CMSIS spells them. */
export const SYSTEM_HANDLERS: readonly (readonly [number, string])[] = [
  [1, 'Reset_Handler'],
  [2, 'NMI_Handler'],
  [3, 'HardFault_Handler'],
  [4, 'MemManage_Handler'],
  [5, 'BusFault_Handler'],
  [6, 'UsageFault_Handler'],
  [11, 'SVC_Handler'],
  [12, 'DebugMon_Handler'],
  [14, 'PendSV_Handler'],
  [15, 'SysTick_Handler'],
];
