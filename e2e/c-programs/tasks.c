/* Two tasks on stacks of their own, exchanged by PendSV at every SysTick; each counts and uses numbers with a point. */
#include <stdio.h>
#include <stdlib.h>

#define SYST ((volatile unsigned int *)0xE000E010)
#define ICSR (*(volatile unsigned int *)0xE000ED04)
#define SHPR3 (*(volatile unsigned int *)0xE000ED20)

static unsigned int stacks[2][256] __attribute__((aligned(8)));
unsigned int *saved[2];
volatile unsigned int current;
static volatile unsigned int turns[2];
static volatile float sums[2];
static volatile unsigned int ticks;

static void task(int which) {
  float step = which ? 0.25f : 0.5f;
  for (;;) {
    turns[which]++;
    sums[which] += step;
    if (sums[which] > 1000.0f) sums[which] = 0.0f;
  }
}
static void first(void) { task(0); }
static void second(void) { task(1); }

void SysTick_Handler(void) {
  ticks++;
  ICSR = 1u << 28;
}

__attribute__((naked)) void PendSV_Handler(void) {
  __asm__ volatile(
      "mrs r0, psp\n"
#ifdef __ARM_FP
      "tst lr, #16\n"
      "it eq\n"
      "vstmdbeq r0!, {s16-s31}\n"
#endif
      "stmdb r0!, {r4-r11, lr}\n"
      "bl exchange\n"
      "ldmia r0!, {r4-r11, lr}\n"
#ifdef __ARM_FP
      "tst lr, #16\n"
      "it eq\n"
      "vldmiaeq r0!, {s16-s31}\n"
#endif
      "msr psp, r0\n"
      "bx lr\n");
}

static void finish(void) {
  SYST[0] = 0;
  int fair = turns[0] > 100 && turns[1] > 100;
  printf("%u ticks, both ran: %d, sums in steps: %d\n", ticks, fair,
         (int)(sums[0] * 2) == sums[0] * 2 && (int)(sums[1] * 4) == sums[1] * 4);
  exit(fair ? 0 : 1);
}

unsigned int *exchange(unsigned int *sp) {
  if (ticks >= 50) finish();
  saved[current] = sp;
  current ^= 1;
  return saved[current];
}

static unsigned int *prepare(unsigned int *stack, void (*entry)(void)) {
  unsigned int *sp = stack + 256 - 8;
  sp[6] = (unsigned int)entry & ~1u;
  sp[7] = 1u << 24;
  sp -= 9;
  sp[8] = 0xFFFFFFFD;
  return sp;
}

int main(void) {
  printf("two tasks\n");
  saved[1] = prepare(stacks[1], second);
  SHPR3 = 0xFFFF0000;
  SYST[1] = 9999;
  SYST[2] = 0;
  /* The first task goes on as thread with the process stack. */
  __asm__ volatile("msr psp, %0\n\tmovs r0, #2\n\tmsr control, r0\n\tisb" : : "r"(stacks[0] + 256) : "r0", "memory");
  SYST[0] = 7;
  first();
}
