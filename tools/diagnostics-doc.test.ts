/** docs/diagnostics.md says what the catalogues and the golden fixtures say, and every code of the map has an example. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { ALL_CODES } from '../packages/cli/src/all-codes.ts';
import { chooseExamples, printDocument, printExamples } from './diagnostics-doc.ts';
import { makeFiles, readGoldens } from './make-diagnostics-doc.ts';

test('neither file is stale: `npm run docs` writes them', () => {
  const root = new URL('..', import.meta.url).pathname;
  for (const [path, text] of makeFiles()) expect(readFileSync(path, 'utf8'), relative(root, path)).toBe(text);
});

test('every code stands on the page once', () => {
  const page = printDocument(ALL_CODES, new Map());
  const headings = [...page.matchAll(/^### (\w+): /gm)].map(([, code]) => code);
  expect(headings).toEqual(ALL_CODES.map(({ code }) => code));
  expect(new Set(headings).size).toBe(headings.length);
});

test('every code of the memory map has a golden fixture', () => {
  const examples = chooseExamples(readGoldens());
  expect([...examples.keys()]).toEqual(ALL_CODES.map(({ code }) => code).filter((code) => code.startsWith('MAP')));
});

test('the example is from the file that shows it best', () => {
  const examples = chooseExamples([
    { name: 'a', text: 'error MAP001: in company\n\nerror MAP002: only here\n' },
    { name: 'b', text: 'error MAP001: twice\n\nerror MAP001: again\n' },
    { name: 'c', text: 'warning MAP001: alone\n  why  so\n' },
  ]);
  expect([...examples]).toEqual([
    ['MAP001', 'warning MAP001: alone\n  why  so'],
    ['MAP002', 'error MAP002: only here'],
  ]);
});

test('code and plain text are told apart, and nothing is taken for markup', () => {
  const text = 'Letters and _; a * b < c `x * y`, some_name:\n  one();\n\n  two\n\nEnd.';
  const page = printDocument([{ code: 'XYZ001', title: 'a <b>', text }], new Map([['XYZ001', 'error XYZ001: no']]));
  expect(page.slice(page.indexOf('## XYZ'))).toBe(`## XYZ: others

### XYZ001: a \\<b>

Letters and \\_; a \\* b \\< c \`x * y\`, some_name:

\`\`\`
one();
\`\`\`

\`\`\`
two
\`\`\`

End.

\`\`\`
error XYZ001: no
\`\`\`
`);
});

test('the module holds any text', () => {
  const text = ['a `b` $', '{c} \\d'].join('');
  const module = printExamples(new Map([['A1', text]]));
  const table = new Function(`return ${module.slice(module.indexOf('= {') + 2, module.lastIndexOf(';'))}`)();
  expect(table).toEqual({ A1: text });
});
