/** Keys on the command line: who can read them, how they are told, and that none is lost or committed unseen. */
import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kickstage } from './run-cli.ts';
import { codes, GOOD, SigningFolder } from './signing-folder.ts';

const project = new SigningFolder();
const { folder, path, read, run } = project;

beforeAll(() => project.fill());
afterAll(() => project.end());

describe('keys', () => {
  test('a private file is for its owner alone, and OpenSSL reads it', async () => {
    for (const name of ['a', 'b']) {
      expect(statSync(path(`${name}.pem`)).mode & 0o777).toBe(0o600);
      const key = createPublicKey(createPrivateKey(readFileSync(path(`${name}.pem`))));
      expect(readFileSync(path(`${name}.pub.pem`), 'utf8')).toBe(key.export({ format: 'pem', type: 'spki' }));
      const shown = [await run('keys', 'show', `${name}.pem`), await run('keys', 'show', `${name}.pub.pem`)];
      expect(shown.map(({ events }) => events[0].private)).toEqual([true, false]);
      expect(shown[0].events[0].id).toBe(shown[1].events[0].id);
    }
  });

  test('nothing is replaced without --force', async () => {
    const before = read('a.pem');
    const refused = await run('keys', 'new', 'a.pem');
    expect([refused.code, codes(refused)]).toEqual([2, ['KEY008']]);
    expect(read('a.pem')).toEqual(before);
    expect(codes(await run('keys', 'public', 'b.pem', '--out', 'a.pem'))).toEqual(['KEY008']);
    await run('keys', 'new', 'again.pem');
    const first = read('again.pem');
    chmodSync(path('again.pem'), 0o644);
    expect((await run('keys', 'new', 'again.pem', '--force')).code).toBe(0);
    expect(read('again.pem')).not.toEqual(first);
    expect(statSync(path('again.pem')).mode & 0o777).toBe(0o600);
  });

  test('encrypted: opened by its password alone, here and by OpenSSL', () => {
    const password = { KICKSTAGE_KEY_PASSWORD: 'correct horse' };
    const made = project.withVariables(
      password,
      'keys',
      'new',
      'secret.pem',
      '--encrypt',
      '--type',
      'p256',
      '--development',
    );
    expect([made.code, made.events[0].encrypted]).toEqual([0, true]);
    const text = readFileSync(path('secret.pem'), 'utf8');
    expect(text).toMatch(/^Kickstage-Key: development\n[\s\S]*-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    expect(createPrivateKey({ key: text, passphrase: 'correct horse' }).asymmetricKeyType).toBe('ec');
    const shown = project.withVariables(password, 'keys', 'show', 'secret.pem');
    expect(shown.events[0]).toMatchObject({ id: made.events[0].id, encrypted: true, private: true });
    expect(shown.events[0].development).toMatch(/marked/);
    const wrong = project.withVariables({ KICKSTAGE_KEY_PASSWORD: 'another' }, 'keys', 'show', 'secret.pem');
    expect([wrong.code, codes(wrong)]).toEqual([2, ['KEY005']]);
    const none = kickstage(folder, 'keys', 'show', 'secret.pem', '--json');
    expect([none.code, codes(none)]).toEqual([2, ['KEY004']]);
    expect(codes(project.withVariables({ KICKSTAGE_KEY_PASSWORD: '' }, 'keys', 'new', 'x.pem', '--encrypt'))).toEqual([
      'KEY004',
    ]);
    expect(existsSync(path('x.pem'))).toBe(false);
    const signed = project.withVariables(
      password,
      'sign',
      'app.bin',
      '--key',
      'secret.pem',
      ...GOOD,
      '--out',
      'secret.img',
    );
    expect([signed.code, codes(signed)]).toEqual([0, ['KEY007']]);
  });

  test('a public half of a marked key is marked, too', async () => {
    await run('keys', 'new', 'dev.pem', '--development');
    await run('keys', 'public', 'dev.pem', '--out', 'dev.pub.pem');
    expect((await run('keys', 'show', 'dev.pub.pem')).events[0].development).toMatch(/marked/);
    const release = await run('sign', 'app.bin', '--key', 'dev.pem', ...GOOD, '--release', '--out', 'dev.img');
    expect([release.code, codes(release), existsSync(path('dev.img'))]).toEqual([4, ['KEY007'], false]);
  });

  test('git is asked whether it would take a private key', async () => {
    const repository = path('repository');
    mkdirSync(repository);
    const git = (...args: string[]) => spawnGit(repository, ...args);
    if (git('init', '-q') !== 0) return;
    const ask = (...args: string[]) => kickstage(repository, ...args, '--json');
    expect(codes(await ask('keys', 'new', 'seen.pem'))).toEqual(['CLI043']);
    writeFileSync(join(repository, '.gitignore'), '*.pem\n!*.pub.pem\n');
    expect(codes(await ask('keys', 'new', 'ignored.pem'))).toEqual([]);
    mkdirSync(join(repository, 'keys'));
    await ask('keys', 'new', 'keys/old.pem');
    await ask('keys', 'public', 'keys/old.pem', '--out', 'keys/old.pub.pem');
    git('add', '-f', '.');
    rmSync(join(repository, '.gitignore'));
    const made = await ask('init', '--yes', '--name', 'x');
    const tracked = made.events.filter(({ code }) => code === 'CLI043').map(({ at }) => (at as { file: string }).file);
    expect(tracked.sort()).toEqual(['ignored.pem', 'keys/old.pem', 'seen.pem']);
    for (const name of ['some.pem', 'keys/x.key']) expect([name, git('check-ignore', '-q', name)]).toEqual([name, 0]);
    expect(git('check-ignore', '-q', '--no-index', 'keys/old.pub.pem')).toBe(1);
  });
});

function spawnGit(cwd: string, ...args: string[]): number | null {
  return spawnSync('git', ['-c', 'init.defaultBranch=main', ...args], { cwd, stdio: 'ignore' }).status;
}
