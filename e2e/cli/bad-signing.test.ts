/** What users get wrong with keys and images: the code, the exit code, and nothing written. */
import { readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kickstage } from './run-cli.ts';
import { codes, GOOD, SigningFolder } from './signing-folder.ts';

const project = new SigningFolder();
const { folder, path, read, run } = project;

beforeAll(() => project.fill());
afterAll(() => project.end());

describe('wrong', () => {
  test.each<[title: string, args: string[], exit: number, codes: string[]]>([
    ['no options', ['sign', 'app.bin'], 2, ['CLI004', 'CLI004', 'CLI004']],
    ['no firmware file', ['sign', 'none.bin', '--key', 'a.pem', ...GOOD], 2, ['CLI005']],
    ['no key file', ['sign', 'app.bin', '--key', 'none.pem', ...GOOD], 2, ['CLI005']],
    ['a public key', ['sign', 'app.bin', '--key', 'a.pub.pem', ...GOOD], 2, ['KEY006']],
    ['an RSA key', ['sign', 'app.bin', '--key', 'rsa.pem', ...GOOD], 2, ['KEY003']],
    ['firmware as key', ['sign', 'app.bin', '--key', 'app.bin', ...GOOD], 2, ['KEY001']],
    ['an empty key file', ['sign', 'app.bin', '--key', 'empty', ...GOOD], 2, ['KEY001']],
    ['empty firmware', ['sign', 'empty', '--key', 'a.pem', ...GOOD], 1, ['IMG042']],
    ['an image', ['sign', 'a.img', '--key', 'a.pem', ...GOOD], 1, ['IMG044']],
    [
      'a slot that is too small',
      ['sign', 'app.bin', '--key', 'a.pem', '--version', '1', '--slot-size', '1K'],
      1,
      ['IMG025'],
    ],
    [
      'a slot whose trailer takes the room',
      ['sign', 'app.bin', '--key', 'a.pem', '--version', '1', '--slot-size', '4K', '--trailer', 'swap'],
      1,
      ['IMG025'],
    ],
    ['another slot', ['sign', 'app.bin', '--key', 'a.pem', ...GOOD, '--slot-address', '0x08040000'], 1, ['IMG027']],
    [
      'a version that is none',
      ['sign', 'app.bin', '--key', 'a.pem', '--version', 'v1.2', '--slot-size', '128K'],
      2,
      ['IMG040'],
    ],
    [
      'a counter that is none',
      ['sign', 'app.bin', '--key', 'a.pem', ...GOOD, '--security-counter', '-1'],
      2,
      ['CLI004'],
    ],
    [
      'a counter of 33 bits',
      ['sign', 'app.bin', '--key', 'a.pem', ...GOOD, '--security-counter', '4294967296'],
      2,
      ['CLI004'],
    ],
    [
      'a dependency that is none',
      ['sign', 'app.bin', '--key', 'a.pem', ...GOOD, '--dependency', 'app2>=1'],
      2,
      ['CLI004'],
    ],
    ['an entry of MCUboot', ['sign', 'app.bin', '--key', 'a.pem', ...GOOD, '--tlv', '0x10=00'], 1, ['IMG045']],
    ['a header of 31 bytes', ['sign', 'app.bin', '--key', 'a.pem', ...GOOD, '--header-size', '31'], 1, ['IMG041']],
    ['P-256 over SHA-512', ['sign', 'app.bin', '--key', 'b.pem', ...GOOD, '--hash', 'sha512'], 4, ['IMG046']],
    ['pure P-256', ['sign', 'app.bin', '--key', 'b.pem', ...GOOD, '--pure'], 4, ['IMG046']],
    [
      'a folder that is a file',
      ['sign', 'app.bin', '--key', 'a.pem', ...GOOD, '--out', 'app.bin/x.img'],
      2,
      ['CLI006'],
    ],
    ['HEX without an address', ['sign', 'app.bin', '--key', 'a.pem', ...GOOD, '--out', 'x.hex'], 2, ['CLI004']],
    ['padding without a trailer', ['sign', 'app.bin', '--key', 'a.pem', ...GOOD, '--pad'], 2, ['CLI004']],
    ['a kind of key that is none', ['keys', 'new', 'x.pem', '--type', 'rsa'], 2, ['CLI004']],
    ['a folder for a key that is a file', ['keys', 'new', 'app.bin/x.pem'], 2, ['CLI006']],
    ['no image', ['image', 'show', 'app.bin'], 1, ['IMG001']],
    ['an image of 0 bytes', ['image', 'verify', 'empty', '--key', 'a.pub.pem'], 1, ['IMG001']],
    ['no key to verify with', ['image', 'verify', 'a.img'], 2, ['CLI004']],
    ['a key and no key', ['image', 'verify', 'a.img', '--key', 'a.pub.pem', '--hash-only'], 2, ['CLI004']],
    [
      'an image too large for a slot',
      ['image', 'verify', 'a.img', '--key', 'a.pub.pem', '--slot-size', '1K'],
      4,
      ['IMG025'],
    ],
    [
      'an image for another slot',
      ['image', 'verify', 'a.img', '--key', 'a.pub.pem', '--slot-address', '0x08000000'],
      4,
      ['IMG027'],
    ],
  ])('%s', async (_, args, exit, expected) => {
    const before = readdirSync(folder).sort();
    const result = await run(...args);
    expect([result.code, codes(result)]).toEqual([exit, expected]);
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  test('an image that is cut short, or damaged', async () => {
    const image = read('a.img');
    writeFileSync(path('cut.img'), image.slice(0, -1));
    const flipped = image.slice();
    flipped[700] ^= 1;
    writeFileSync(path('flipped.img'), flipped);
    const results = [];
    for (const name of ['cut', 'flipped']) {
      const { code, ...rest } = await run('image', 'verify', `${name}.img`, '--key', 'a.pub.pem');
      results.push([code, codes({ code, ...rest })]);
    }
    expect(results).toEqual([
      [1, ['IMG002']],
      [4, ['IMG020']],
    ]);
  });

  test('as text: what, where, why and how to mend it, on stderr', () => {
    const { code, stdout, stderr } = kickstage(folder, 'image', 'verify', 'a.img', '--key', 'b.pub.pem');
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(
      /^error IMG022: the image is signed by another key\n {2}at {3}a\.img\n {2}got {2}at offset 0x/,
    );
    expect(kickstage(folder, 'image', 'verify', 'a.img', '--key', 'a.pub.pem').stdout).toMatch(
      /^a\.img: version 1\.2\.3, 1656 bytes, signed by [0-9a-f]{64} \(Ed25519\)\n$/,
    );
  });
});
