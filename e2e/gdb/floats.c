/* A program with floating-point state in the thread and in an interrupt. It runs from flash of the STM32F411. */
typedef unsigned int u32;

#define REG(a) (*(volatile u32 *)(a))
#define CPACR REG(0xE000ED88)
#define SYST_CSR REG(0xE000E010)
#define SYST_RVR REG(0xE000E014)
#define SYST_CVR REG(0xE000E018)

volatile float gain = 1.5f;
volatile float level = 8.0f;
volatile float result;
volatile u32 ticks;
extern u32 stack_top, data_start, data_end, data_load, bss_start, bss_end;

static float scale(float x, float y) {
  float scaled = x * gain;
  return scaled + y;
}

static double halve(double value) {
  return value * 0.5;
}

static void before(void) {
  ticks = ticks + 1;
}

static void after(void) {
  ticks = ticks + 1;
}

void SysTick_Handler(void) {
  before();
  level = level * 0.5f;
  __asm__ volatile("vmov.f32 s5, #1.0" ::: "s5");
  after();
}

static void wait(u32 until) {
  while (ticks < until) {
  }
}

int main(void) {
  CPACR |= 0xF << 20;
  __asm__ volatile("dsb\n isb");
  result = scale(2.0f, 0.25f);
  result = (float)halve(7.0);
  SYST_RVR = 1600 - 1;
  SYST_CVR = 0;
  SYST_CSR = 7;
  for (;;) wait(ticks + 10);
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
