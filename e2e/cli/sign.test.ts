/** Images on the command line: what is made, and who accepts it. */
import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge, listEntries } from '../image/mcuboot-rules.ts';
import { kickstage } from './run-cli.ts';
import { codes, firmware, GOOD, SigningFolder, SLOT } from './signing-folder.ts';

const project = new SigningFolder();
const { folder, path, read, run } = project;

beforeAll(() => project.fill());
afterAll(() => project.end());

describe('images', () => {
  test.each(['a', 'b'])(
    'signed with %s.pem: the same bytes twice, accepted by the rules of MCUboot and by verify',
    async (name) => {
      for (const out of ['1.img', '2.img'])
        expect((await run('sign', 'app.bin', '--key', `${name}.pem`, ...GOOD, '--out', out)).code).toBe(0);
      expect(read('1.img')).toEqual(read('2.img'));
      const key = createPublicKey(readFileSync(path(`${name}.pub.pem`)));
      expect(judge(read('1.img'), { keys: [key] })).toBe('ok');
      const verdict = await run('image', 'verify', '1.img', '--key', `${name}.pub.pem`, '--slot-address', String(SLOT));
      expect([verdict.code, verdict.events[0].ok, verdict.events[0].version]).toEqual([0, true, '1.2.3']);
      const other = await run('image', 'verify', '1.img', '--key', name === 'a' ? 'b.pub.pem' : 'a.pub.pem');
      expect([other.code, codes(other), other.events[0].ok]).toEqual([4, ['IMG022'], false]);
    },
  );

  test('everything that can be said of an image', async () => {
    const options = [
      ...['--key', 'a.pem', '--key', 'b.pem', '--version', '1.2.3+4', '--slot-size', '0x20000'],
      ...['--security-counter', '7', '--dependency', '1:2.0.0', '--dependency', '2:1', '--tlv', '0x01A5=cafe'],
      ...['--software-type', 'NSPE', '--rom-fixed', '0x0800_8000', '--header-size', '1K', '--out', 'all.img'],
    ];
    const { code, events } = await run('sign', 'app.bin', ...options);
    expect(code).toBe(0);
    expect(listEntries(read('all.img')).map(({ type }) => type)).toEqual([
      0x50, 0x60, 0x40, 0x40, 0x1a5, 0x10, 0x01, 0x24, 0x01, 0x22,
    ]);
    expect(events[0]).toMatchObject({
      event: 'signed',
      out: 'all.img',
      image: { flags: ['ROM_FIXED'], headerSize: 1024 },
    });
    const shown = await run('image', 'show', 'all.img');
    expect(shown.events[0]).toMatchObject({ event: 'image', version: '1.2.3+4', loadAddress: SLOT });
    const inspected = await run('inspect', 'all.img');
    expect(inspected.events[0]).toMatchObject({ event: 'file', format: 'image', image: { version: '1.2.3+4' } });
    const elsewhere = await run('image', 'verify', 'all.img', '--key', 'b.pub.pem', '--slot-address', '0x08040000');
    expect([elsewhere.code, codes(elsewhere)]).toEqual([4, ['IMG026', 'IMG027']]);
  });

  test('Intel HEX in and out: addresses are those of the slot, and a gap is erased flash', async () => {
    expect(
      (await run('sign', 'app.bin', '--key', 'a.pem', ...GOOD, '--slot-address', String(SLOT), '--out', 'a.hex')).code,
    ).toBe(0);
    const inspected = await run('inspect', 'a.hex');
    expect(inspected.events[0]).toMatchObject({
      format: 'Intel HEX',
      chunks: [{ address: SLOT }],
      image: { version: '1.2.3' },
    });
    expect((await run('image', 'verify', 'a.hex', '--key', 'a.pub.pem')).code).toBe(0);
    const hex = `:020000040800F2\n${hexLine(0x8200, [1, 2, 3, 4])}${hexLine(0x8208, [5, 6, 7, 8])}:00000001FF\n`;
    writeFileSync(path('gap.hex'), hex);
    const signed = await run('sign', 'gap.hex', '--hash-only', ...GOOD, '--out', 'gap.img');
    expect([signed.code, signed.events[0].address]).toEqual([0, SLOT]);
    expect(Buffer.from(read('gap.img').slice(512, 524)).toString('hex')).toBe('01020304ffffffff05060708');
    const wrong = await run(
      'sign',
      'gap.hex',
      '--hash-only',
      ...GOOD,
      '--slot-address',
      '0x08010000',
      '--out',
      'x.img',
    );
    expect([wrong.code, codes(wrong)]).toEqual([1, ['CLI045']]);
  });

  test('room that the linker left for the header is used', async () => {
    for (const fill of [0, 0xff]) {
      const room = new Uint8Array(512 + 1000).fill(fill);
      room.set(firmware(), 512);
      writeFileSync(path('room.bin'), room);
      expect((await run('sign', 'room.bin', '--key', 'a.pem', ...GOOD, '--out', 'room.img')).code).toBe(0);
      expect(read('room.img')).toEqual(read('a.img'));
    }
  });

  test('a padded slot', async () => {
    const pad = ['--trailer', 'swap', '--align', '4', '--max-sectors', '2', '--pad', '--confirm'];
    expect(
      (
        await run(
          'sign',
          'app.bin',
          '--key',
          'a.pem',
          '--version',
          '1',
          '--slot-size',
          '4K',
          ...pad,
          '--out',
          'slot.bin',
        )
      ).code,
    ).toBe(0);
    const bytes = read('slot.bin');
    expect([bytes.length, Buffer.from(bytes.slice(-16)).toString('hex')]).toEqual([
      4096,
      '77c295f360d2ef7f3552500f2cb67980',
    ]);
    const { events } = await run('image', 'show', 'slot.bin');
    expect(events[0].trailer).toEqual({ alignment: 8, imageOk: true, copyDone: false });
  });

  test('pure signatures', async () => {
    expect((await run('sign', 'app.bin', '--key', 'a.pem', ...GOOD, '--pure', '--out', 'pure.img')).code).toBe(0);
    const keys = [createPublicKey(readFileSync(path('a.pub.pem')))];
    expect(judge(read('pure.img'), { keys, hash: 'sha512', pure: true })).toBe('ok');
    expect((await run('image', 'verify', 'pure.img', '--key', 'a.pub.pem')).code).toBe(0);
  });

  test('the key in an environment variable', () => {
    const variables = { APP_KEY: readFileSync(path('a.pem'), 'utf8') };
    const signed = project.withVariables(
      variables,
      'sign',
      'app.bin',
      '--key-env',
      'APP_KEY',
      ...GOOD,
      '--out',
      'env.img',
    );
    expect([signed.code, signed.stdout.includes('PRIVATE')]).toEqual([0, false]);
    expect(read('env.img')).toEqual(read('a.img'));
    const missing = kickstage(folder, 'sign', 'app.bin', '--key-env', 'APP_KEY', ...GOOD, '--json');
    expect([missing.code, codes(missing)]).toEqual([2, ['CLI004']]);
  });
});

function hexLine(address: number, data: readonly number[]): string {
  const bytes = [data.length, address >>> 8, address & 0xff, 0, ...data];
  const sum = -bytes.reduce((total, byte) => total + byte, 0) & 0xff;
  return `:${Buffer.from([...bytes, sum])
    .toString('hex')
    .toUpperCase()}\n`;
}
