/** Firmware that compiles, and is wrong as an image: each gives its diagnostic, and no file. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import type { ChipFacts } from '@kickstage/chips/chip';
import { buildProject } from '@kickstage/toolchain/build';
import { expect, test } from 'vitest';
import { FIRMWARE, layoutOf, RECORD } from './firmware-files.ts';

const layout = layoutOf({ apps: { app1: RECORD.apps.app1 }, boot: { default: 'app1' } });

async function buildApp(source: string, chip: ChipFacts = blackpill.chip) {
  const readSource = (path: string) => (path === 'apps/app1.ts' ? source : undefined);
  return buildProject({ layout, chip, firmware: FIRMWARE, readSource, only: ['app1'] });
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

const appWith = (module: string, call: string) =>
  `import * as driver from 'kickstage/firmware/${module}';
   export function Reset_Handler(): void { driver.${call}; while (true) {} }`;
const otherFamily: ChipFacts = { ...blackpill.chip, family: 'stm32g4' };
const without = (name: string): ChipFacts => ({
  ...blackpill.chip,
  registerBlocks: blackpill.chip.registerBlocks.filter((block) => block.name !== name),
});

test.each([
  ['the serial port of an unknown family', appWith('drivers/usart2', 'start(1, 1)'), otherFamily, /chip\.family/],
  ['the clock of an unknown family', appWith('hal/rcc', 'startClock()'), otherFamily, /chip\.family/],
  ['a clock without RCC', appWith('hal/rcc', 'startClock()'), without('RCC'), /no RCC/],
  ['a port without GPIOA', appWith('hal/gpio', 'startPort(2)'), without('GPIOA'), /no GPIOA/],
  ['an interrupt without SYSCFG', appWith('hal/exti', 'interruptOnRise(0, 0)'), without('SYSCFG'), /SYSCFG/],
  ['an interrupt without EXTI', appWith('hal/exti', 'interruptOnFall(0, 0)'), without('EXTI'), /EXTI/],
  ['a delay without TIM1', appWith('drivers/tim1-delay', 'start(1)'), without('TIM1'), /no TIM1/],
  ['a serial port without USART2', appWith('drivers/usart2', 'start(1, 1)'), without('USART2'), /no USART2/],
])('ASC026: %s', async (_title, source, chip, what) => {
  const { value, diagnostics } = await buildApp(source, chip);
  expect(value).toBeUndefined();
  expect(diagnostics.map(({ code }) => code)).toEqual(['ASC026']);
  expect(diagnostics[0].what).toMatch(what);
  expect(diagnostics[0].fix).toBeDefined();
});

test('the bootloader needs no driver: it builds for a family that has none', async () => {
  const { resetFlags, tools, ...facts } = otherFamily;
  expect([resetFlags, tools]).not.toContain(undefined);
  const chip = { ...facts, registerBlocks: [] };
  const readSource = () => "export { Reset_Handler } from 'kickstage/firmware/boot/main';";
  const { value, diagnostics } = await buildProject({
    layout,
    chip,
    firmware: FIRMWARE,
    readSource,
    only: ['bootloader'],
  });
  expect(diagnostics).toEqual([]);
  // A UF2 file says its family, and this chip has none.
  expect([...value!.files.keys()].filter((name) => name.startsWith('bootloader'))).toEqual([
    'bootloader.elf',
    'bootloader.hex',
    'bootloader.bin',
  ]);
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
