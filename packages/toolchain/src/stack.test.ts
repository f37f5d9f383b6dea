import { stm32f411xe } from '@kickstage/chips/stm32f411';
import type { FunctionReport } from '@kickstage/codegen/emit/build-object';
import type { LinkedImage } from '@kickstage/linker/link';
import { expect, test } from 'vitest';
import { checkStack } from './stack.ts';

const linked = (ramSize: number, used = 0) =>
  ({
    name: 'app',
    image: { ram: { start: 0x20000000, end: 0x20000000 + ramSize } },
    sizes: { ram: used },
  }) as LinkedImage;

function fn(
  name: string,
  frameSize: number,
  callees: string[] = [],
  more: Partial<FunctionReport> = {},
): FunctionReport {
  return {
    name,
    exports: /_Handler$/.test(name) ? [name] : [],
    codeSize: 2,
    frameSize,
    callees,
    indirect: [],
    ...more,
  };
}

const report = (functions: FunctionReport[], ramSize = 0x1000, used = 0) =>
  checkStack(linked(ramSize, used), functions, stm32f411xe);

test('the deepest chain of calls counts', () => {
  const { value } = report([fn('Reset_Handler', 8, ['a', 'b']), fn('a', 100), fn('b', 16, ['c']), fn('c', 90)]);
  expect(value?.reset).toEqual({ name: 'Reset_Handler', depth: 114, path: ['Reset_Handler', 'b', 'c'] });
  expect(value?.total).toBe(114);
});

test('each handler counts once, with its exception frame', () => {
  const { value } = report([
    fn('Reset_Handler', 8),
    fn('SysTick_Handler', 24),
    fn('PendSV_Handler', 0, ['a']),
    fn('a', 12),
  ]);
  expect(value?.handlers.map(({ name, depth }) => [name, depth])).toEqual([
    ['SysTick_Handler', 24],
    ['PendSV_Handler', 12],
  ]);
  expect(value?.total).toBe(8 + (24 + 36) + (12 + 36));
});

test('an indirect call counts the deepest function of the table', () => {
  const { value } = report([fn('Reset_Handler', 8, [], { indirect: ['a', 'b'] }), fn('a', 4), fn('b', 40)]);
  expect(value?.reset.depth).toBe(48);
});

test('LNK008: data leave too little RAM', () => {
  expect(report([fn('Reset_Handler', 64)], 0x1000, 0x1000 - 64).diagnostics).toEqual([]);
  expect(report([fn('Reset_Handler', 64)], 0x1000, 0x1000 - 60).diagnostics).toMatchObject([
    { code: 'LNK008', severity: 'error' },
  ]);
});

test('LNK009: a cycle is named', () => {
  const { value, diagnostics } = report([fn('Reset_Handler', 8, ['a']), fn('a', 16, ['b']), fn('b', 4, ['a'])]);
  expect(diagnostics).toMatchObject([{ code: 'LNK009', severity: 'warning', got: 'a → b → a' }]);
  expect(value?.reset.depth).toBe(28);
});
