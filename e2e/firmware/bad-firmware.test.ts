/** Firmware that compiles, and is wrong as an image: each gives its diagnostic, and no file. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { buildProject } from '@kickstage/toolchain/build';
import { expect, test } from 'vitest';
import { FIRMWARE, layoutOf, RECORD } from './firmware-files.ts';

const layout = layoutOf({ apps: { app1: RECORD.apps.app1 }, boot: { default: 'app1' } });

async function buildApp(source: string) {
  const readSource = (path: string) => (path === 'apps/app1.ts' ? source : undefined);
  return buildProject({ layout, chip: blackpill.chip, firmware: FIRMWARE, readSource, only: ['app1'] });
}

const RESET = 'export function Reset_Handler(): void { while (true) {} }';

test.each([
  ['LNK001', 'a misspelt handler', `${RESET}\nexport function EXTI0_IRQHandlr(): void {}`, /EXTI0_IRQHandler/],
  ['LNK006', 'no Reset_Handler', 'export function Reset_Handlr(): void { while (true) {} }', /Reset_Handler/],
  [
    'LNK008',
    'a stack that does not fit',
    `const block = memory.data(131000);
     function deep(x: u32): u32 { store<u32>(block + x, x); return load<u32>(block); }
     export function Reset_Handler(): void { while (true) deep(deep(4)); }
     export function SysTick_Handler(): void { store<u32>(block, 1); }`,
    undefined,
  ],
  [
    'LNK005',
    'data that do not fit',
    `const block = memory.data(140000);
     export function Reset_Handler(): void { while (true) store<u32>(block, load<u32>(block) + 1); }`,
    undefined,
  ],
  [
    'GEN002',
    'an import that nobody has',
    `declare function nobody(): void;
     export function Reset_Handler(): void { nobody(); }`,
    undefined,
  ],
])('%s: %s', async (code, _title, source, fix) => {
  const { value, diagnostics } = await buildApp(source);
  expect(value).toBeUndefined();
  const found = diagnostics.find((d) => d.code === code);
  expect(diagnostics.map((d) => d.code)).toContain(code);
  if (fix) expect(found?.fix).toMatch(fix);
});

test('LNK009: recursion is warned about', async () => {
  const { value, diagnostics } = await buildApp(
    `function down(n: u32): u32 { return n < 2 ? 1 : down(n - 1) + down(n - 2); }
     let result: u32 = 0;
     export function Reset_Handler(): void { while (true) result = down(result & 7); }`,
  );
  expect(diagnostics).toMatchObject([{ code: 'LNK009', severity: 'warning' }]);
  expect(value?.files.has('app1.elf')).toBe(true);
});
