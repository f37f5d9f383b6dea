/*
 * Two tasks that PendSV switches between at every tick, both full of floating-point numbers: a rotation of vectors, and
 * a series that rounds towards zero. The tick's handler uses floating point, too. Each task is computed alone first; then
 * both together must give the same bits. What they are is printed by newlib on USART2.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#define REG(a) (*(volatile uint32_t *)(a))
#define RCC_AHB1ENR REG(0x40023830)
#define RCC_APB1ENR REG(0x40023840)
#define GPIOA(o) REG(0x40020000 + (o))
#define USART2(o) REG(0x40004400 + (o))
#define SYST(o) REG(0xE000E010 + (o))
#define ICSR REG(0xE000ED04)
#define SHPR3 REG(0xE000ED20)
#define FPCCR REG(0xE000EF34)

extern uint32_t data_start, data_end, data_load, bss_start, bss_end, stack_top;

static void put(const char *text) {
  while (*text) {
    while (!(USART2(0) & (1u << 7))) {}
    USART2(4) = (uint32_t)*text++;
  }
}

union bits {
  float f;
  uint32_t u;
};

static uint32_t bits_of(float f) {
  union bits b = {.f = f};
  return b.u;
}

static uint32_t mix(uint32_t sum, float f) {
  return (sum << 5 | sum >> 27) ^ bits_of(f);
}

/* Many numbers alive at once: the registers that the callee saves are among them. */
static uint32_t rotate(float *last) {
  float x0 = 1, y0 = 0, z0 = 0.5f, x1 = 0.25f, y1 = -1, z1 = 2, x2 = 3, y2 = 0.125f, z2 = -0.75f;
  float c = cosf(0.01f), s = sinf(0.01f), d = cosf(0.003f), t = sinf(0.003f);
  uint32_t sum = 0;
  for (int i = 0; i < 3000; i++) {
    float a0 = x0 * c - y0 * s, b0 = x0 * s + y0 * c, a1 = x1 * c - y1 * s, b1 = x1 * s + y1 * c;
    float a2 = x2 * c - y2 * s, b2 = x2 * s + y2 * c;
    x0 = a0, y0 = b0 * d - z0 * t, z0 = b0 * t + z0 * d;
    x1 = a1, y1 = b1 * d - z1 * t, z1 = b1 * t + z1 * d;
    x2 = a2, y2 = b2 * d - z2 * t, z2 = b2 * t + z2 * d;
    sum = mix(sum, x0 + y1 * z2);
  }
  *last = sqrtf(x0 * x0 + y0 * y0 + z0 * z0) + x1 + y1 + z1 + x2 + y2 + z2;
  return mix(sum, *last);
}

/* FPSCR is part of a task: this one rounds towards zero. */
static uint32_t series(float *last) {
  uint32_t before, towards_zero, sum = 0;
  __asm volatile("vmrs %0, fpscr" : "=r"(before));
  towards_zero = before | (3u << 22);
  __asm volatile("vmsr fpscr, %0" ::"r"(towards_zero));
  float x = 0.4f, total = 0;
  for (int i = 1; i < 2000; i++) {
    x = 3.9f * x * (1.0f - x);
    total += x / (float)i + sqrtf((float)i * x);
    sum = mix(sum, total);
  }
  *last = total + expf(x);
  __asm volatile("vmsr fpscr, %0" ::"r"(before));
  return mix(sum, *last);
}

struct task {
  uint32_t *sp;
  uint32_t (*work)(float *);
  uint32_t sum;
  float last;
  volatile int done;
  uint32_t stack[512];
};

/* The first is main, which waits for the others. */
static struct task tasks[3] = {{0}, {.work = rotate}, {.work = series}};
static struct task *current = tasks;
static volatile uint32_t switches;
static volatile float ticks;

static void run_task(struct task *task) {
  task->sum = task->work(&task->last);
  task->done = 1;
  for (;;) {}
}

__attribute__((used)) uint32_t *next_task(uint32_t *sp) {
  current->sp = sp;
  current = current == &tasks[2] ? tasks : current + 1;
  switches++;
  return current->sp;
}

/* The state of a task: what the processor stacked, then S16-S31 if it did so with S0-S15, then R4-R11 and LR. */
__attribute__((naked)) void pend_sv(void) {
  __asm volatile(
      "mrs r0, psp\n"
      "tst lr, #0x10\n"
      "it eq\n"
      "vstmdbeq r0!, {s16-s31}\n"
      "stmdb r0!, {r4-r11, lr}\n"
      "bl next_task\n"
      "ldmia r0!, {r4-r11, lr}\n"
      "tst lr, #0x10\n"
      "it eq\n"
      "vldmiaeq r0!, {s16-s31}\n"
      "msr psp, r0\n"
      "bx lr\n");
}

void tick(void) {
  ticks = ticks * 0.5f + (float)switches;
  ICSR = 1u << 28;
}

/* As if PendSV had interrupted the task before its first instruction. */
static void prepare(struct task *task) {
  uint32_t *frame = &task->stack[512 - 8];
  frame[0] = (uint32_t)task;
  frame[5] = 0;
  frame[6] = (uint32_t)run_task;
  frame[7] = 1u << 24;
  frame[-1] = 0xFFFFFFFD;
  task->sp = frame - 9;
  task->done = 0;
}

static void report(const char *how) {
  char line[100];
  for (int i = 1; i < 3; i++) {
    snprintf(line, sizeof line, "%s: task %d %08lx %.6f\n", how, i, (unsigned long)tasks[i].sum, (double)tasks[i].last);
    put(line);
  }
}

static void together(const char *how, uint32_t fpccr) {
  FPCCR = fpccr;
  switches = 0;
  prepare(&tasks[1]);
  prepare(&tasks[2]);
  SYST(4) = 1999;
  SYST(8) = 0;
  SYST(0) = 7;
  while (!tasks[1].done || !tasks[2].done) {}
  SYST(0) = 0;
  report(how);
  put(switches > 100 && ticks > 0 ? "switched often\n" : "hardly switched\n");
}

__attribute__((used)) void start(void) {
  uint32_t *from = &data_load;
  for (uint32_t *to = &data_start; to < &data_end;) *to++ = *from++;
  for (uint32_t *to = &bss_start; to < &bss_end;) *to++ = 0;
  RCC_AHB1ENR |= 1;
  RCC_APB1ENR |= 1u << 17;
  GPIOA(0x20) |= 7u << 8;
  GPIOA(0x00) |= 2u << 4;
  USART2(0x08) = 16;
  USART2(0x0C) = (1u << 13) | (1u << 3);
  SHPR3 = 0xF0u << 16;
  for (int i = 1; i < 3; i++) tasks[i].sum = tasks[i].work(&tasks[i].last);
  report("alone");
  together("lazy stacking", 0xC0000000u);
  together("stacking at once", 0x80000000u);
  put("done\n");
  for (;;) {}
}

/* The unit is enabled before the first instruction of C could use it; from here on the process stack is in use. */
__attribute__((naked)) void reset_handler(void) {
  __asm volatile(
      "ldr r0, =0xE000ED88\n"
      "mov r1, #0xF00000\n"
      "str r1, [r0]\n"
      "dsb\n"
      "isb\n"
      "ldr r0, =thread_top\n"
      "msr psp, r0\n"
      "mov r0, #2\n"
      "msr control, r0\n"
      "isb\n"
      "b start\n");
}

static void fault(void) {
  put("fault\n");
  for (;;) {}
}

__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    &stack_top, reset_handler, fault, fault, fault, fault, fault, [14] = pend_sv, tick};

/* What newlib asks for: memory behind the last variable. */
void *_sbrk(int size) {
  static char *end = (char *)&bss_end;
  char *block = end;
  end += size;
  return block;
}
