/** Every config in fixtures/ gives exactly the diagnostics beside it (`BLESS=1` rewrites them); together, all codes. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Diagnostic, hasErrors, renderDiagnostic } from '@kickstage/base/diagnostic';
import { createJiti } from 'jiti';
import { expect, test } from 'vitest';
import { MAP_CODES } from './catalogue.ts';
import { explain } from './explain.ts';
import { parseLock } from './lock-parse.ts';
import { resolve } from './resolve.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const names = readdirSync(fixtures).flatMap((file) => /^(.+)\.config\.ts$/.exec(file)?.[1] ?? []);
/** As the command line loads a config. */
const jiti = createJiti(fixtures, {
  fsCache: false,
  tryNative: false,
  alias: {
    'kickstage/boards': fileURLToPath(new URL('../../chips/src/boards/blackpill.ts', import.meta.url)),
    kickstage: fileURLToPath(new URL('./define.ts', import.meta.url)),
  },
});

async function diagnose(name: string): Promise<readonly Diagnostic[]> {
  const file = `${name}.config.ts`;
  const lockPath = `${fixtures}${name}.lock.json`;
  const parsed = existsSync(lockPath) ? parseLock(readFileSync(lockPath, 'utf8'), `${name}.lock.json`) : undefined;
  // As the command line does: a lock that cannot be read ends it before the config is looked at.
  if (parsed && !parsed.value) return parsed.diagnostics;
  const lock = parsed?.value;
  const { default: config } = (await jiti.import(fixtures + file)) as { default: unknown };
  const { value, diagnostics } = resolve(config, {
    source: { file, text: readFileSync(fixtures + file, 'utf8') },
    lock,
  });
  expect(value === undefined).toBe(hasErrors(diagnostics));
  return diagnostics;
}

test.each(names)('%s', async (name) => {
  const diagnostics = await diagnose(name);
  const text = `${diagnostics.map(renderDiagnostic).join('\n\n')}\n`;
  const golden = `${fixtures}${name}.err`;
  if (process.env.BLESS === '1') writeFileSync(golden, text);
  const wanted = existsSync(golden) ? readFileSync(golden, 'utf8') : '';
  expect(text, 'BLESS=1 rewrites the golden files').toBe(wanted);
});

test('every code is provoked by a fixture, and explained', () => {
  const goldens = names.map((name) => readFileSync(`${fixtures}${name}.err`, 'utf8')).join('\n');
  const provoked = new Set([...goldens.matchAll(/^(?:error|warning) (\w+):/gm)].map(([, code]) => code));
  expect([...provoked].sort()).toEqual(MAP_CODES.map(({ code }) => code));
  for (const code of provoked) {
    expect(explain(code.toLowerCase())?.title.length).toBeGreaterThan(5);
    expect(explain(code)?.text.length).toBeGreaterThan(50);
  }
  expect(explain('MAP999')).toBeUndefined();
});
