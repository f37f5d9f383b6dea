/**
 * `npm run demo:signed-update`: sends images to examples/signed-update on the virtual board, good and bad ones, and shows
 * what its app says. Ends with exit code 1 where that is not what it should say.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readKey } from '@kickstage/image/keys/read-key';
import { updateCases } from './signed-update-cases.ts';
import { UpdateBoard } from './update-board.ts';

const ROOT = join(import.meta.dirname, '../..');
const PROJECT = join(ROOT, 'examples/signed-update');
const FLASH_START = 0x0800_0000;

function kickstage(...args: string[]): void {
  execFileSync(process.execPath, [join(ROOT, 'packages/cli/bin/kickstage.js'), ...args], {
    cwd: PROJECT,
    stdio: 'inherit',
  });
}

const keyFile = join(PROJECT, 'keys/main.pem');
if (!existsSync(keyFile)) kickstage('keys', 'new', 'keys/main.pem', '--development');
kickstage('build');

const built = (name: string) => new Uint8Array(readFileSync(join(PROJECT, 'build', name)));
const { privateKey } = readKey(readFileSync(keyFile), keyFile).value!;
const cases = await updateCases(built('app1.bin'), built('app2.bin'), privateKey!, ' (development key)');
const board = new UpdateBoard([{ address: FLASH_START, bytes: built('flash.bin') }]);

console.log(`\nboard      ${board.nextLine(0)}`);
let wrong = 0;
for (const { name, image, says } of cases) {
  console.log(`\nsend       ${name}, ${image.length} bytes`);
  const line = board.send(image);
  console.log(`board      ${line}`);
  if (line === says) continue;
  wrong++;
  console.log(`but should ${says}`);
}
process.exitCode = wrong === 0 ? 0 : 1;
