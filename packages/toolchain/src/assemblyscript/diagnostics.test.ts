/** What a TypeScript programmer meets on the first day: each gives one clear diagnostic at its place, no stack trace. */
import { renderDiagnostic } from '@kickstage/base/diagnostic';
import { expect, test } from 'vitest';
import { ASC_CODES } from '../catalogue.ts';
import { compileFirmware } from './compile-firmware.ts';

const LAYOUT = 'export const enum App { app1 = 0, updater = 1 }';

async function diagnose(source: string | undefined) {
  const tree = {
    firmware: new Map(),
    layout: LAYOUT,
    readSource: (p: string) => (p === 'main.ts' ? source : undefined),
  };
  return (await compileFirmware({ entry: 'main.ts', tree, handlers: new Set() })).diagnostics;
}

/** Code, place, and what the source is. */
const ROWS: readonly [code: string, place: string, source: string][] = [
  ['ASC001', '1:29', 'export function f(): void { gone(); }'],
  ['ASC002', '1:19', "import { x } from './gone'; export function f(): u32 { return x(); }"],
  ['ASC010', '2:35', 'export function f(): i32 {\n  let k = 1; const g = (): i32 => k;\n  return g();\n}'],
  ['ASC011', '2:3', 'export function f(): i32 {\n  try { return 1; } catch (e) {}\n  return 2;\n}'],
  [
    'ASC012',
    '2:3',
    'export function f(a: StaticArray<i32>): i32 {\n  for (const v of a) { return v; }\n  return 0;\n}',
  ],
  ['ASC013', '1:28', 'export function f(x: i32 | string): i32 { return 1; }'],
  ['ASC014', '1:1', 'export async function f(): Promise<void> {}'],
  ['ASC015', '1:22', 'export function f(x: any): i32 { return 1; }'],
  ['ASC016', '1:39', 'export function f(): void { const o = { a: 1 }; }'],
  ['ASC017', '1:40', 'export function f(x: u32): u8 { return x; }'],
  ['ASC017', '1:51', 'export function f(x: u32, y: i32): bool { return (x > y); }'],
  [
    'ASC018',
    '2:55',
    "import { App } from 'kickstage/layout';\nexport function f(): i32 { return <i32>App.app1 + App.updtaer; }",
  ],
  ['ASC020', '2:38', 'class A { x: i32 = 1 }\nexport function f(): i32 { const a = new A(); return a.x; }'],
  ['ASC020', '1:42', "export function f(x: i32): i32 { return (x.toString() + 'a').length; }"],
  ['ASC020', '1:35', 'export function f(): i32 { return memory.grow(1); }'],
  ['ASC025', '1:17', 'export function f(): u32 { return load<u32>(0x40004404); }'],
  ['ASC025', '2:17', 'const DR: usize = 0x40004404;\nexport function f(i: u32): void { store<u8>(DR + i, 1); }'],
  ['ASC025', '1:17', 'export function f(): u32 { return load<u32>(0xe000e000, 16); }'],
  [
    'ASC021',
    '2:11',
    'function g(): i32 { return load<i32>(4); }\nconst k = g();\nexport function f(): i32 { return k; }',
  ],
  ['ASC026', '1:41', "export function f(): void { if (true) { ERROR('no LED: name one'); } }"],
];

test.each(ROWS)('%s at %s: %s', async (code, _place, source) => {
  const found = await diagnose(source);
  expect(found.map((d) => d.code)).toContain(code);
  const first = found.find((d) => d.code === code)!;
  expect([code, `${first.at?.line}:${first.at?.column}`, first.at?.file]).toEqual([code, _place, 'main.ts']);
  expect(found.map(renderDiagnostic).join('\n')).not.toMatch(/\n\s+at \S+ \(|node_modules/);
});

test('ASC018 names the app that was meant', async () => {
  const [found] = await diagnose(
    "import { App } from 'kickstage/layout';\nexport function f(): i32 { return App.updtaer; }",
  );
  expect(found.fix).toBe('did you mean App.updater? The config has: app1, updater');
});

test('ASC026 says what the source says, and how to mend it', async () => {
  const [found, bare] = await diagnose(
    "const PORT: u32 = 255;\nexport function f(): void { if (PORT === 255) ERROR('no LED: name one'); ERROR('no'); }",
  );
  expect(found).toMatchObject({ code: 'ASC026', what: 'no LED', fix: 'name one' });
  expect(bare).toMatchObject({ code: 'ASC026', what: 'no' });
  const not = "const PORT: u32 = 3;\nexport function f(): void { if (PORT === 255) ERROR('no LED: name one'); }";
  expect(await diagnose(not)).toEqual([]);
});

test('ASC002: the entry itself is missing', async () => {
  const [found] = await diagnose(undefined);
  expect(found).toMatchObject({ code: 'ASC002', at: { file: 'main.ts' } });
});

test('ASC022: an address that is computed with at compile time', async () => {
  const found = await diagnose(
    'const block = memory.data(16);\nconst twice: usize = block * 2;\nexport function f(): usize { return twice; }',
  );
  expect(found).toMatchObject([{ code: 'ASC022', at: { file: 'main.ts', line: 2 } }]);
});

test('every code is explained, and each once', () => {
  const codes = ASC_CODES.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const [code] of ROWS) expect(codes).toContain(code);
});

test('memory is no peripheral', async () => {
  const source =
    'export function f(): u32 { return load<u32>(0x20000000) + load<u8>(0x08004000) + load<u32>(0x3ffffffc); }';
  expect(await diagnose(source)).toEqual([]);
});
