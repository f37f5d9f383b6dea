/** Which configs need no translator, and that errors keep their places. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluatePlainConfig } from './plain-config.ts';

const PATH = join(import.meta.dirname, 'boot.config.ts');
const evaluate = (text: string) => evaluatePlainConfig(PATH, text);

test('names from packages, renamed ones too', async () => {
  const text = `// A comment.
import { join } from 'node:path';
import {
  sep as separator,
  posix,
} from "node:path";

const file = join('a', 'b');
export default { file, separator, base: posix.basename('x/y') };
`;
  expect(await evaluate(text)).toEqual({ default: { file: join('a', 'b'), separator: '/', base: 'y' } });
});

test.each([
  ['types', "import { join } from 'node:path';\nconst x: number = 1;\nexport default { x, join };\n"],
  ['a type import', "import { type X } from 'node:path';\nexport default {};\n"],
  ['a file of the project', "import { x } from './x.ts';\nexport default x;\n"],
  ['a default import', "import path from 'node:path';\nexport default path;\n"],
  ['a package that is not there', "import { x } from 'no-such-package';\nexport default x;\n"],
  ['a name that is not there', "import { nothing } from 'node:path';\nexport default nothing;\n"],
  ['satisfies', 'export default {} satisfies object;\n'],
  ['no default', "import { join } from 'node:path';\njoin('a');\n"],
  ['another export', 'export const x = 1;\nexport default {};\n'],
  ['await', 'export default await 1;\n'],
  ['a late import', "const x = 1;\nimport { join } from 'node:path';\nexport default join;\n"],
  ['a syntax error', 'export default {;\n'],
])('%s: for the translator', async (_title, text) => {
  expect(await evaluate(text)).toBeUndefined();
});

test('an error names its line and column', async () => {
  const text = "import { join } from 'node:path';\n\nexport default { x: join(missing) };\n";
  const error = await evaluate(text).catch((thrown: Error) => thrown);
  expect((error as Error).stack).toContain(`${PATH}:3:26`);
});
