import { expect, test } from 'vitest';
import { parseInterrupts } from './interrupt-table.ts';

test('tables together, by number', () => {
  expect(parseInterrupts('\n6 EXTI0  40 EXTI15_10\n7 EXTI1\n', '38 USART2')).toEqual([
    { number: 6, name: 'EXTI0_IRQHandler' },
    { number: 7, name: 'EXTI1_IRQHandler' },
    { number: 38, name: 'USART2_IRQHandler' },
    { number: 40, name: 'EXTI15_10_IRQHandler' },
  ]);
});

test.each([
  ['6 EXTI0  6 EXTI1', 'position 6 is given twice'],
  ['6 EXTI0  7 EXTI0', 'EXTI0_IRQHandler is given twice'],
  ['6 EXTI0 7 EXTI1', '"6 EXTI0 7 EXTI1" is not: number name'],
])('%s', (table, message) => {
  expect(() => parseInterrupts(table)).toThrow(message);
});
