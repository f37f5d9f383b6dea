import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkFloors, checkSource, parseFloors } from './check-floors.ts';

const root = join(import.meta.dirname, '..');
const floors = parseFloors('## Floors\n| 0 | base, abi |\n| 1 | elf, wasm |\n| 2 | codegen |\n| 3 | cli |\n');

test('the house stands on its floors', () => {
  expect(checkFloors(root)).toEqual([]);
});

test.each([
  ['downwards', 'codegen', "import { a } from '@kickstage/elf/x';", 0],
  ['upwards', 'elf', "import { a } from '@kickstage/codegen/x';", 1],
  ['sideways', 'elf', "import { a } from '@kickstage/wasm/x';", 1],
  ['abi on base', 'abi', "import { a } from '@kickstage/base/x';", 0],
  ['base on abi', 'base', "import { a } from '@kickstage/abi/x';", 1],
  ['an unknown package', 'codegen', "import { a } from '@kickstage/nowhere/x';", 1],
  ['around the names', 'codegen', "import { a } from '../../packages/elf/src/x.ts';", 1],
  ['node below the top', 'codegen', "import fs from 'node:fs';", 1],
  ['node at the top', 'cli', "import fs from 'node:fs';", 0],
  ['the wall clock', 'codegen', 'const t = Date.now();', 1],
  ['a comment', 'codegen', '// Date.now() would not do here', 0],
])('import %s', (_title, name, source, problems) => {
  expect(checkSource(name, 'x.ts', source, floors)).toHaveLength(problems);
});
