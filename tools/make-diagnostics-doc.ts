/**
 * Writes docs/diagnostics.md and packages/cli/src/diagnostic-examples.ts from the catalogues and the golden fixtures.
 * Run by `npm run docs`; tools/diagnostics-doc.test.ts fails when the two are stale.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_CODES } from '../packages/cli/src/all-codes.ts';
import { chooseExamples, type Golden, printDocument, printExamples } from './diagnostics-doc.ts';

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'packages/memory-map/fixtures');

/** What the two files should hold, by path. */
export function makeFiles(): ReadonlyMap<string, string> {
  const examples = chooseExamples(readGoldens());
  return new Map([
    [join(ROOT, 'docs/diagnostics.md'), printDocument(ALL_CODES, examples)],
    [join(ROOT, 'packages/cli/src/diagnostic-examples.ts'), printExamples(examples)],
  ]);
}

export function readGoldens(): Golden[] {
  const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.err'));
  return names.sort().map((name) => ({ name, text: readFileSync(join(FIXTURES, name), 'utf8') }));
}

if (process.argv[1] === import.meta.filename) {
  for (const [path, text] of makeFiles()) writeFileSync(path, text);
}
