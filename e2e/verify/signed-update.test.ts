/** examples/signed-update on the virtual board: what is signed is installed; everything else is refused, and the app goes on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { updateCases } from '../../tools/demo/signed-update-cases.ts';
import { UpdateBoard } from '../../tools/demo/update-board.ts';
import { ROOT } from '../firmware/firmware-files.ts';
import { buildVerified, keyOf, linkedOf, type Project } from './verified-project.ts';

const key = keyOf('ed25519', 0x42);
let project: Project;

beforeAll(async () => {
  const source = (name: string) => readFileSync(join(ROOT, `examples/signed-update/apps/${name}.ts`), 'utf8');
  const app = { version: '1.0.0', verify: 'signature' } as const;
  project = await buildVerified(
    {
      apps: {
        app1: { ...app, entry: 'app1.ts', size: '128K', update: { strategy: 'alternate' } },
        app2: { ...app, entry: 'app2.ts', size: '64K' },
      },
      boot: { default: 'app1' },
    },
    key,
    { 'app1.ts': source('app1'), 'app2.ts': source('app2') },
  );
}, 600_000);

test('a signed update is installed; others are refused, and the app reads why', async () => {
  const board = new UpdateBoard(project.build.flash);
  expect(board.nextLine(0)).toBe('app1 1.0.0');
  const cases = await updateCases(linkedOf(project, 'app1').bytes, linkedOf(project, 'app2').bytes, key);
  for (const { name, image, says } of cases) expect([name, board.send(image)]).toEqual([name, says]);
}, 600_000);
