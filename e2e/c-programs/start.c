/* Vectors, initialised data, then newlib's own start-up, which calls main and exit by semihosting. */
extern unsigned int __data_start[], __data_end[], __data_load[], __stack[];
extern void _start(void);
extern void PendSV_Handler(void) __attribute__((weak));
extern void SysTick_Handler(void) __attribute__((weak));
extern void SVC_Handler(void) __attribute__((weak));

void Reset_Handler(void) {
#ifdef __ARM_FP
  *(volatile unsigned int *)0xE000ED88 |= 0xFu << 20;
  __asm__ volatile("dsb\n\tisb");
#endif
  for (unsigned int *to = __data_start, *from = __data_load; to < __data_end;) *to++ = *from++;
  _start();
  for (;;) {
  }
}

/* newlib calls them around main; gcc's own come with start files that are not used here. */
void _init(void) {}
void _fini(void) {}

static void fault(void) {
  for (;;) __asm__ volatile("bkpt 0");
}

__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    __stack, Reset_Handler, fault, fault, fault, fault, fault, 0, 0, 0, 0, SVC_Handler, 0, 0, PendSV_Handler, SysTick_Handler};
