/**
 * Small signed images with every single bit flipped, and cut off at every length: the bootloader's own check, in this
 * engine, refuses each, and its evidence lets nothing be started. A sample runs as machine code in signed-update.test.ts.
 */
import { STATUS_OK } from '@kickstage/abi/status';
import { rangeSize } from '@kickstage/base/ranges';
import type { KeyKind } from '@kickstage/image/keys/key';
import { beforeAll, describe, expect, test } from 'vitest';
import { DeviceCheck } from './device-check.ts';
import { buildVerified, IDLE, keyOf, type Project, signedImage } from './verified-project.ts';

describe.each<KeyKind>(['ed25519', 'p256'])('%s', (kind) => {
  let project: Project;
  let device: DeviceCheck;
  let image: Uint8Array;

  beforeAll(async () => {
    const app = { entry: 'app.ts', version: '1.2.3', size: '16K', verify: 'signature', securityCounter: 7 } as const;
    project = await buildVerified({ apps: { app1: app }, boot: { default: 'app1' } }, keyOf(kind, 0x42), {
      'app.ts': IDLE,
    });
    device = await DeviceCheck.of(project.layout);
    image = await signedImage(project, 'app1');
  }, 600_000);

  function check(bytes: Uint8Array) {
    const { id, slot, vectorTable } = project.layout.apps[0];
    device.fill(slot.start, rangeSize(slot), bytes);
    const { status, table } = device.check(id, slot.start);
    return { isFine: status === STATUS_OK, mayStart: table === vectorTable };
  }

  test('the image itself is fine', () => {
    expect(check(image)).toEqual({ isFine: true, mayStart: true });
  });

  test('every single bit flipped', () => {
    const accepted: number[] = [];
    for (let bit = 0; bit < 8 * image.length; bit++) {
      const altered = image.slice();
      altered[bit >> 3] ^= 1 << (bit & 7);
      const { isFine, mayStart } = check(altered);
      if (isFine || mayStart) accepted.push(bit);
    }
    expect(accepted).toEqual([]);
  }, 600_000);

  test('cut off at every length', () => {
    const accepted: number[] = [];
    for (let length = 0; length < image.length; length++) {
      const { isFine, mayStart } = check(image.subarray(0, length));
      if (isFine || mayStart) accepted.push(length);
    }
    expect(accepted).toEqual([]);
  });
});
