/* A program to debug: calls, locals, globals, an interrupt, a wait, a fault. It runs from flash of the STM32F411. */
typedef unsigned int u32;

#define REG(a) (*(volatile u32 *)(a))
#define SYST_CSR REG(0xE000E010)
#define SYST_RVR REG(0xE000E014)
#define SYST_CVR REG(0xE000E018)

struct point {
  int x;
  int y;
};

struct point origin = {3, 4};
volatile u32 ticks;
volatile int total;
volatile int crash;
extern u32 stack_top, data_start, data_end, data_load, bss_start, bss_end;

static int square(int n) {
  int result = n * n;
  return result;
}

int sum_of_squares(int count) {
  int sum = 0;
  for (int i = 1; i <= count; i++) {
    sum += square(i);
  }
  return sum;
}

static void note(u32 now) {
  ticks = now + 1;
}

void SysTick_Handler(void) {
  note(ticks);
}

static void wait(u32 until) {
  while (ticks < until) {
  }
}

static int poke(u32 address) {
  return *(volatile int *)address;
}

int main(void) {
  SYST_RVR = 16000 - 1; /* 1 ms at 16 MHz */
  SYST_CVR = 0;
  SYST_CSR = 7;
  for (;;) {
    total = sum_of_squares(origin.x + origin.y);
    wait(ticks + 5);
    if (crash == 1) poke(0x60000000);
    if (crash == 2) __asm__ volatile("bkpt 7");
    if (crash == 3) __asm__ volatile("wfi");
  }
}

void Reset_Handler(void) {
  for (u32 *to = &data_start, *from = &data_load; to < &data_end;) *to++ = *from++;
  for (u32 *to = &bss_start; to < &bss_end;) *to++ = 0;
  main();
}

void Default_Handler(void) {
  for (;;) {
  }
}

__attribute__((section(".vectors"), used)) void *const vectors[16] = {
    &stack_top,      (void *)Reset_Handler,   (void *)Default_Handler, (void *)Default_Handler,
    (void *)Default_Handler, (void *)Default_Handler, (void *)Default_Handler, 0,
    0,               0,                       0,                       (void *)Default_Handler,
    (void *)Default_Handler, 0,               (void *)Default_Handler, (void *)SysTick_Handler,
};
