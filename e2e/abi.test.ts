/** The abi's constants are compiled by two compilers; this holds every value of one against the other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../packages/abi/src');
const modules = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));

async function compileWithAsc(module: string, names: readonly string[]): Promise<Record<string, () => number>> {
  const entry = `import * as abi from './${module.replace(/\.ts$/, '')}';\n${names
    .map((name) => `export function get_${name}(): u32 { return abi.${name}; }`)
    .join('\n')}`;
  const files = new Map([
    ['entry.ts', entry],
    [module, readFileSync(join(folder, module), 'utf8')],
  ]);
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(['entry.ts', '--outFile', 'out.wasm', '--runtime', 'stub'], {
    readFile: (name) => files.get(name) ?? null,
    writeFile: (name, contents) => {
      if (name === 'out.wasm') wasm = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !wasm) throw new Error(stderr.toString());
  const { instance } = await WebAssembly.instantiate(wasm.slice());
  return instance.exports as Record<string, () => number>;
}

test('the abi has modules', () => {
  expect(modules).toEqual(expect.arrayContaining(['mailbox.ts', 'status.ts']));
});

test.each(modules)('%s: asc and tsc agree on every constant', async (module) => {
  const values = (await import(join(folder, module))) as Record<string, number>;
  const names = Object.keys(values);
  expect(names.length).toBeGreaterThan(3);
  const exports = await compileWithAsc(module, names);
  for (const name of names) expect([name, exports[`get_${name}`]() >>> 0]).toEqual([name, values[name]]);
});
