/** Programs that sign in the place of a key file: good ones, and every way in which one can fail. */
import { generateKeyPairSync, verify } from 'node:crypto';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge, listEntries } from '../image/mcuboot-rules.ts';
import { ROOT } from './run-cli.ts';
import { codes, GOOD, SigningFolder } from './signing-folder.ts';

const project = new SigningFolder();
const { path, read, run } = project;

beforeAll(() => project.fill());
afterAll(() => project.end());

describe('signers', () => {
  const node = `"${process.execPath}"`;
  const signer = (program: string) => {
    writeFileSync(
      path('signer.mjs'),
      `import * as crypto from 'node:crypto'; import { readFileSync } from 'node:fs';
const message = readFileSync(0); const key = (name) => crypto.createPrivateKey(readFileSync(name));
${program}`,
    );
    return `${node} signer.mjs`;
  };
  const ed25519 = "const signature = crypto.sign(null, message, key('a.pem'));";
  const sign = (command: string, ...more: string[]) =>
    run('sign', 'app.bin', '--key', 'a.pub.pem', ...GOOD, '--out', 'signer.img', '--signer', command, ...more);

  test.each([
    ['raw', `${ed25519} process.stdout.write(signature);`],
    ['hexadecimal', `${ed25519} console.log(signature.toString('hex'));`],
  ])('Ed25519, %s: the same image as with the key at hand', async (_, program) => {
    expect((await sign(signer(program))).code).toBe(0);
    expect(read('signer.img')).toEqual(read('a.img'));
  });

  test('what a signer is told', async () => {
    const program = `${ed25519} import { writeFileSync } from 'node:fs';
writeFileSync('told.json', JSON.stringify([message.length, ...['ALGORITHM', 'CONTENT', 'HASH', 'KEY'].map((name) => process.env['KICKSTAGE_SIGN_' + name])]));
process.stdout.write(signature);`;
    const { events } = await run('keys', 'show', 'a.pem');
    await sign(signer(program));
    expect(JSON.parse(readFileSync(path('told.json'), 'utf8'))).toEqual([
      32,
      'ed25519',
      'digest',
      'sha256',
      events[0].id,
    ]);
    await sign(signer(program), '--pure');
    expect(JSON.parse(readFileSync(path('told.json'), 'utf8')).slice(0, 4)).toEqual([
      1512,
      'ed25519',
      'image',
      'sha512',
    ]);
  });

  test('ECDSA as r and s of an HSM, over the digest itself', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    writeFileSync(path('hsm.pem'), pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    writeFileSync(path('hsm.pub.pem'), pair.publicKey.export({ format: 'pem', type: 'spki' }));
    // Node signs messages only; noble signs digests.
    const program = `import { p256 } from '@noble/curves/nist.js';
const secret = Buffer.from(key('hsm.pem').export({ format: 'jwk' }).d, 'base64url');
process.stdout.write(p256.sign(message, secret, { prehash: false }).toBytes('compact'));`;
    symlinkSync(join(ROOT, 'node_modules'), path('node_modules'));
    const command = signer(program);
    const signed = await run(
      'sign',
      'app.bin',
      '--key',
      'hsm.pub.pem',
      ...GOOD,
      '--out',
      'hsm.img',
      '--signer',
      command,
    );
    expect(codes(signed)).toEqual([]);
    expect(judge(read('hsm.img'), { keys: [pair.publicKey] })).toBe('ok');
    const [, , signature] = listEntries(read('hsm.img'));
    expect(verify('sha256', read('hsm.img').slice(0, 1512), pair.publicKey, Buffer.from(signature.hex, 'hex'))).toBe(
      true,
    );
  });

  test.each([
    ['one that fails, and says why', "console.error('no card'); process.exit(3);", 'CLI040', /no card/],
    ['one that writes nothing', '', 'CLI042', /nothing/],
    ['one that talks', `${ed25519} console.log('signing'); process.stdout.write(signature);`, 'CLI042', /72 bytes/],
    [
      'one that never ends its talk',
      "for (;;) process.stdout.write('x'.repeat(100), () => {}), process.exit();",
      'CLI042',
      /bytes/,
    ],
    ['one byte too few', `${ed25519} process.stdout.write(signature.subarray(1));`, 'CLI042', /63 bytes/],
    [
      'the signature of something else',
      "process.stdout.write(crypto.sign(null, Buffer.from('x'), key('a.pem')));",
      'IMG047',
      /./,
    ],
    ['one that hangs', 'setTimeout(() => {}, 60000);', 'CLI041', /signer\.mjs/],
  ])('%s', async (_, program, code, got) => {
    rmSync(path('signer.img'), { force: true });
    const timeout = code === 'CLI041' ? ['--signer-timeout', '300ms'] : [];
    const { events, code: exit } = await sign(signer(program), ...timeout);
    const [diagnostic] = events.filter(({ event }) => event === 'diagnostic');
    expect([exit, diagnostic.code]).toEqual([4, code]);
    expect(diagnostic.got).toMatch(got);
    expect(existsSync(path('signer.img'))).toBe(false);
  });

  test('one that is not there', async () => {
    const { code, events } = await sign('no-such-program-here');
    expect([code, events.at(-1)!.code]).toEqual([4, 'CLI040']);
  });
});
