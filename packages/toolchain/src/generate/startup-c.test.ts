import { expect, test } from 'vitest';
import { generateLd } from './linker-script.ts';
import { filesOf } from './sample-files.ts';

const text = filesOf(generateLd)['generated/c/startup.c'];

test('the vector table has the chip’s words, stack and reset handler first', () => {
  expect(text).toMatch(
    /kickstage_vectors\[102\] = \{\n {2}\[0\] = \{\.stack = __stack_top\},\n {2}\[1\] = .*Reset_Handler/,
  );
  expect(text).toContain('  [15] = {.handler = SysTick_Handler},');
  expect(text).toContain('  [22] = {.handler = EXTI0_IRQHandler},');
  expect(text).toContain('  [101] = {.handler = SPI5_IRQHandler},\n};');
});

test('reserved words are left out', () => {
  for (const index of [7, 10, 13, 16 + 19, 16 + 22]) expect(text).not.toContain(`[${index}] = `);
});

test('every handler but the reset’s is weak', () => {
  const handlers = [...text.matchAll(/\.handler = (\w+)/g)].map(([, name]) => name);
  const weak = [...text.matchAll(/^WEAK void (\w+)\(void\);$/gm)].map(([, name]) => name);
  expect(weak).toEqual(handlers.filter((name) => name !== 'Reset_Handler'));
  expect(weak.length).toBeGreaterThan(60);
});
