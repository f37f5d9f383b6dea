/** A program comes out the same, whether all of the standard library was parsed for it or a part. */
import { renderDiagnostic } from '@kickstage/base/diagnostic';
import asc, { libraryFiles } from 'assemblyscript/asc';
import { expect, test } from 'vitest';
import { declaredNames, FOR_LIBRARY, LEFT_OUT, refusedExports } from './needed-library.ts';
import { runAsc } from './run-asc.ts';
import { readSourceMap } from './source-map.ts';

/** How often the source was read: once if the first run of the compiler is the last. */
let runs = 0;

async function compile(entry: string, source: string, wholeLibrary: boolean) {
  const readSource = (path: string) => {
    if (path !== entry) return undefined;
    runs++;
    return source;
  };
  const tree = { firmware: new Map(), layout: '', readSource };
  let text = '';
  const { output, diagnostics } = await runAsc({
    entry,
    tree,
    memoryBase: 0x1_0000,
    checks: true,
    wholeLibrary,
    afterCompile: (module) => {
      text = module.emitText();
      return [];
    },
  });
  const findings = diagnostics.map(renderDiagnostic);
  if (!output) return { findings };
  const placeOf = readSourceMap(output.sourceMap);
  return { findings, text, wasm: output.wasm, places: Array.from(output.wasm, (_, at) => placeOf(at)) };
}

/** What needs more of the library than it names. */
const SECOND_TRY = new Set([
  'the remainder of floats',
  'comparing strings',
  'numbers as texts',
  'powers',
  'parsing numbers',
]);

test.each([
  ['nothing', 'export function f(x: i32): i32 { return x % 3; }'],
  ['strings', 'const s = "abc"; export function f(i: i32): i32 { return s.charCodeAt(i) + (s + "d").length; }'],
  ['Math', 'export function f(x: f64): f64 { return Math.sin(x) + Math.pow(x, 2); }'],
  ['Mathf', 'export function f(x: f32): f32 { return Mathf.exp(x); }'],
  ['the remainder of floats', 'export function f(x: f64, y: f32): f64 { return x % 3 + (y % 2); }'],
  ['comparing strings', 'export function f(i: i32): bool { return (i > 2 ? "ab" : "cd") == (i > 1 ? "ab" : "cde"); }'],
  ['numbers as texts', 'export function f(i: i32): i32 { return i.toString().length + "5".toUpperCase().length; }'],
  ['powers', 'export function f(x: i32, y: i64, z: f64): f64 { return <f64>(x ** 3) + <f64>(y ** 5) + z ** 1.5; }'],
  ['parsing numbers', 'export function f(x: f64): f64 { return parseFloat(x.toString()) + F64.parseInt("7"); }'],
  ['typed arrays', 'export function f(x: i32): i32 { const a = new Uint8Array(4); a[1] = <u8>x; return a[1]; }'],
  ['DataView', 'export function f(): i32 { return new DataView(new ArrayBuffer(4)).getInt32(0); }'],
  ['Set and Map', 'export function f(): i32 { const s = new Set<i32>(); s.add(1); return new Map<i32, i32>().size; }'],
  ['Date', 'export function f(): i64 { return new Date(5).getTime(); }'],
  ['Symbol', 'export function f(): usize { return changetype<usize>(Symbol("a")); }'],
  [
    'all at once',
    'export function f(x: f64): f64 { return new Float64Array(3)[1] + Math.cos(<f64>new Set<u8>().size); }',
  ],
  ['whether there is a name', 'export function f(): i32 { return isDefined(Math) ? 1 : 2; }'],
  [
    'an own declaration of a name',
    'function ipow32(x: i32): i32 { return x; } export function f(): i32 { return ipow32(3); }',
  ],
  ['what there is not', 'export function f(x: f64): f64 { return Mathe.sin(x) + Math.sinus(x); }'],
  ['a wrong type', 'export function f(x: f64): i32 { return x; }'],
])('%s', async (name, source) => {
  const entry = `${name.replaceAll(' ', '-')}.ts`;
  runs = 0;
  const result = await compile(entry, source, false);
  if (result.wasm) expect(runs > 1).toBe(SECOND_TRY.has(name));
  const whole = await compile(entry, source, true);
  expect(result).toEqual(whole);
  expect(whole.findings.length > 0).toBe(whole.wasm === undefined);
});

interface Statement {
  readonly flags?: number;
  readonly name?: { readonly text: string };
  readonly declarations?: readonly Statement[];
}

/** The compiler's mark of an export (assemblyscript 0.28, src/common.ts). */
const EXPORT = 2;

test('the names that a file declares are found', async () => {
  const declared = new Map<string, string[]>();
  class Look {
    declare program: { parser: { sources: { normalizedPath: string; statements: Statement[] }[] } };
    afterParse(): void {
      for (const { normalizedPath, statements } of this.program.parser.sources) {
        const named = statements.flatMap((statement) => namesIn(statement));
        declared.set(normalizedPath.replace(/^~lib\/|\.ts$/g, ''), named);
      }
    }
  }
  await asc.main(['main.ts', '--noEmit'], {
    readFile: (path) => (path === 'main.ts' ? '' : null),
    writeFile: () => {},
    listFiles: () => [],
    transforms: [Look as never],
  });
  for (const name of FOR_LIBRARY) {
    expect(libraryFiles).toHaveProperty(name);
    const names = [...refusedExports(name).matchAll(/export \w+ (\w+)/g)].map(([, each]) => each);
    expect(names.sort()).toEqual(declared.get(name)!.sort());
  }
  for (const name of Object.keys(LEFT_OUT)) {
    expect(libraryFiles).toHaveProperty(name);
    expect(declaredNames(name)).toEqual(expect.arrayContaining(declared.get(name)!));
  }
  expect(declared.get('math')).toContain('ipow32');
});

/** Of an exported declaration, or of the declarations of an exported list of variables. */
function namesIn({ flags = 0, name, declarations }: Statement): string[] {
  if (declarations) return declarations.flatMap(namesIn);
  return name && (flags & EXPORT) !== 0 ? [name.text] : [];
}
