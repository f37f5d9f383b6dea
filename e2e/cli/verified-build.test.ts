/** `build` of a project whose images are verified: who signs, what comes out, and what is refused. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../image/mcuboot-rules.ts';
import { copyOfExample, kickstage, kickstageIn, removeCopies } from './run-cli.ts';
import { codes } from './signing-folder.ts';

let folder: string;
const path = (name: string) => join(folder, name);
const build = (...args: string[]) => kickstage(folder, 'build', ...args, '--json');
const image = (name = 'app1.bin') => new Uint8Array(readFileSync(path(`build/${name}`)));

function must(...args: string[]): void {
  const { code, stderr } = kickstage(folder, ...args);
  if (code !== 0) throw new Error(`kickstage ${args.join(' ')}: ${stderr}`);
}

beforeAll(() => {
  folder = copyOfExample('signed-update');
  rmSync(path('keys'), { recursive: true, force: true });
  must('keys', 'new', 'keys/main.pem');
  must('keys', 'public', 'keys/main.pem', '--out', 'keys/main.pub.pem');
  must('keys', 'new', 'keys/trial.pem', '--development');
  must('keys', 'new', 'keys/stranger.pem');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
  writeFileSync(path('keys/rsa.pem'), rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  writeFileSync(path('keys/empty.pem'), '');
  must('build');
}, 120_000);
afterAll(removeCopies);

/** The config with `keys` so. */
function keys(text: string): void {
  const config = readFileSync(path('boot.config.ts'), 'utf8');
  writeFileSync(path('boot.config.ts'), config.replace(/keys: \{.*\},\n/, `keys: { ${text} },\n`));
}

/** Whether others would take the image with the public half in `name`. */
function isSignedBy(name: string): boolean {
  const key = createPublicKey(readFileSync(path(name), 'utf8').replace(/^[\s\S]*?(?=-----BEGIN)/, ''));
  return judge(image(), { keys: [key] }) === 'ok';
}

describe('who signs', () => {
  test('the private half in the config', () => {
    expect(isSignedBy('keys/main.pub.pem')).toBe(true);
    expect(kickstage(folder, 'image', 'verify', 'build/app1.bin', '--key', 'keys/main.pub.pem').code).toBe(0);
  });

  test('the same bytes each time, and with the public half and --key', () => {
    const before = image();
    keys("main: 'keys/main.pub.pem'");
    expect(codes(build())).toEqual(['KEY010', 'KEY010']);
    expect(build('--key', 'keys/main.pem').code).toBe(0);
    expect(image()).toEqual(before);
  });

  test('an environment variable', () => {
    keys("main: { public: 'keys/main.pub.pem', private: '$RELEASE_KEY' }");
    expect(codes(build())).toEqual(['KEY010', 'KEY010']);
    const pem = readFileSync(path('keys/main.pem'), 'utf8');
    expect(kickstageIn(folder, ['build'], { RELEASE_KEY: pem }).code).toBe(0);
    expect(isSignedBy('keys/main.pub.pem')).toBe(true);
  });

  test('a program', () => {
    writeFileSync(
      path('signer.mjs'),
      `import * as crypto from 'node:crypto'; import { readFileSync } from 'node:fs';
process.stdout.write(crypto.sign(null, readFileSync(0), crypto.createPrivateKey(readFileSync('keys/main.pem'))));`,
    );
    const before = image();
    keys("main: 'keys/main.pub.pem'");
    expect(build('--key', 'keys/main.pub.pem', '--signer', `"${process.execPath}" signer.mjs`).code).toBe(0);
    expect(image()).toEqual(before);
    keys(`main: { public: 'keys/main.pub.pem', signer: '"${process.execPath}" signer.mjs' }`);
    expect(build().code).toBe(0);
  });
});

describe('refused', () => {
  test.each<[title: string, config: string, args: string[], code: number, found: string]>([
    ['no key file', "main: 'keys/none.pem'", [], 2, 'KEY009'],
    ['an empty one', "main: 'keys/empty.pem'", [], 2, 'KEY001'],
    ['an RSA key', "main: 'keys/rsa.pem'", [], 2, 'KEY003'],
    ['a public key to sign with', "main: 'keys/main.pub.pem'", ['--key', 'keys/main.pub.pem'], 2, 'KEY006'],
    ['an RSA key to sign with', "main: 'keys/main.pub.pem'", ['--key', 'keys/rsa.pem'], 2, 'KEY003'],
    ['a key that is not trusted', "main: 'keys/main.pub.pem'", ['--key', 'keys/stranger.pem'], 2, 'KEY011'],
    ['a signer without its key', "main: 'keys/main.pem'", ['--signer', 'true'], 2, 'CLI004'],
    ['a development key in a release', "main: 'keys/trial.pem'", ['--release'], 2, 'KEY007'],
    ['one that is trusted beside', "main: 'keys/main.pem', trial: 'keys/trial.pem'", ['--release'], 2, 'KEY007'],
  ])('%s', (_title, config, args, code, found) => {
    keys(config);
    const result = build(...args);
    expect([result.code, codes(result)[0]]).toEqual([code, found]);
  });

  test('a wrong password', () => {
    keys("main: 'keys/main.pub.pem'");
    const password = { KICKSTAGE_KEY_PASSWORD: 'right' };
    kickstageIn(folder, ['keys', 'new', 'keys/locked.pem', '--encrypt'], password);
    const args = ['build', '--key', 'keys/locked.pem', '--json'];
    expect(codes(kickstageIn(folder, args, { KICKSTAGE_KEY_PASSWORD: 'wrong' }))).toEqual(['KEY005']);
    expect(codes(kickstageIn(folder, args, password))).toContain('KEY011');
  });

  test('keys of ones own are no hindrance to a release', () => {
    keys("main: 'keys/main.pem'");
    expect(build('--release').code).toBe(0);
  });
});
