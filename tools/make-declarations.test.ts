import { expect, test } from 'vitest';
import { withRelativeImports } from './make-declarations.ts';

test.each([
  [
    'chips/boards/blackpill.d.ts',
    "import type { Board } from '../board.ts';",
    "import type { Board } from '../board.js';",
  ],
  [
    'cli/index.d.ts',
    "export { app } from '@kickstage/memory-map/define';",
    "export { app } from '../memory-map/define.js';",
  ],
  ['chips/boards/a.d.ts', 'import("@kickstage/base/bits").X', "import('../../base/bits.js').X"],
  ['chips/a.d.ts', "from '@kickstage/chips/boards/b'", "from './boards/b.js'"],
  ['cli/a.d.ts', "from 'valibot'", "from 'valibot'"],
])('%s: %s', (path, text, wanted) => {
  expect(withRelativeImports(path, text)).toBe(wanted);
});
