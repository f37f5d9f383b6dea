/**
 * Start-up code in C for the chip's vector table: what lies between the bootloader's jump and `main`. Every handler is
 * weak and stands in for the one that the app defines under the vector's name, spelt as in the vendor's start-up files.
 * The symbols are those of the generated linker scripts.
 */
import { vectorNames } from '@kickstage/linker/vector-table';
import type { Layout } from '@kickstage/memory-map/layout';
import { GENERATED, type GeneratedFile, type GeneratorFacts, header, lines, plainName } from './generated-file.ts';

export function startupFile(layout: Layout, { chip }: GeneratorFacts): GeneratedFile {
  const count = layout.apps[0].vectorCount;
  const vectors = [...vectorNames(chip)].filter(([index]) => index < count).sort(([a], [b]) => a - b);
  const text = lines(
    header('c'),
    `/* Start-up code and vector table of the ${plainName(chip.name)}. Define a handler under its name to replace the one here. */`,
    DECLARATIONS,
    '',
    vectors.filter(([index]) => index > 1).map(([, name]) => `WEAK void ${name}(void);`),
    '',
    '/* Words without a name are reserved. */',
    'union vector {',
    '  const void *stack;',
    '  void (*handler)(void);',
    '};',
    '',
    'extern const union vector kickstage_vectors[];',
    `__attribute__((section(".vectors"), used)) const union vector kickstage_vectors[${count}] = {`,
    '  [0] = {.stack = __stack_top},',
    vectors.map(([index, name]) => `  [${index}] = {.handler = ${name}},`),
    '};',
    START,
  );
  return { path: `${GENERATED}/c/startup.c`, text };
}

const DECLARATIONS = `#include <stdint.h>

int main(void);
void Reset_Handler(void);
void Default_Handler(void);

extern const uint32_t __stack_top[];
extern const uint32_t __data_load[];
extern uint32_t __data_start[], __data_end[], __bss_start[], __bss_end[];
extern void (*const __preinit_array_start[])(void), (*const __preinit_array_end[])(void);
extern void (*const __init_array_start[])(void), (*const __init_array_end[])(void);

/* For an exception that the app does not handle: a debugger finds the processor here. */
void Default_Handler(void) {
  for (;;) {
  }
}

#define WEAK __attribute__((weak, alias("Default_Handler")))`;

/** VTOR: DDI 0403E, B3.2.5. CPACR: B3.2.20. */
const START = `
/* Vector Table Offset Register: set by the bootloader already, not by a debugger that starts at the entry point. */
#define VTOR (*(volatile uint32_t *)0xE000ED08u)
/* Coprocessor Access Control Register: coprocessors 10 and 11 are the floating-point unit. */
#define CPACR (*(volatile uint32_t *)0xE000ED88u)

typedef void (*initializer)(void);

static void call_all(const initializer *at, const initializer *end) {
  for (; at < end; at++) (*at)();
}

void Reset_Handler(void) {
  VTOR = (uint32_t)kickstage_vectors;
#if defined(__ARM_FP)
  CPACR |= 0xFu << 20;
#endif
  __asm__ volatile("dsb\\n\\tisb" ::: "memory");

  /* Volatile: the compiler must not call memcpy and memset, which an app without a C library lacks. */
  const uint32_t *from = __data_load;
  for (volatile uint32_t *to = __data_start; to < __data_end; to++) *to = *from++;
  for (volatile uint32_t *to = __bss_start; to < __bss_end; to++) *to = 0;

  call_all(__preinit_array_start, __preinit_array_end);
  call_all(__init_array_start, __init_array_end);
  main();
  for (;;) {
  }
}`;
