import { crc32 } from '@kickstage/base/crc32';
import { expect, test } from 'vitest';
import { decodeMagicReport, decodeRecordReport } from './boot-report.ts';

function record(flags: number, choice: number): Uint8Array {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, 0x424d534b, true);
  view.setUint32(20, flags, true);
  view.setUint32(24, choice, true);
  view.setUint32(44, crc32(bytes.subarray(16, 44)), true);
  return bytes;
}

test('record: a default start', () => {
  expect(decodeRecordReport(record(0x00_01_00_01, 0x00_00_01_00))).toEqual({
    status: 'ok',
    reason: 'default',
    slot: 0,
  });
});

test('record: slot 0 refused as empty, slot 1 started', () => {
  expect(decodeRecordReport(record(0x01_03_00_01, 0x00_01_03_00))).toEqual({
    status: 'ok',
    reason: 'fallback',
    slot: 1,
    refused: { slot: 0, status: 'empty' },
  });
});

test('record: every single flipped bit of the report is noticed', () => {
  const good = record(0x00_01_00_01, 0x00_00_01_00);
  for (let bit = 16 * 8; bit < 48 * 8; bit++) {
    const bytes = good.slice();
    bytes[bit >> 3] ^= 1 << (bit & 7);
    expect(decodeRecordReport(bytes)).toBeUndefined();
  }
});

test('magic word: report, refusal, noise', () => {
  expect(decodeMagicReport(0xb7_01_02_00)).toEqual({ status: 'ok', reason: 'mailbox', slot: 1 });
  expect(decodeMagicReport(0xb7_01_03_01)).toMatchObject({ reason: 'fallback', refused: { status: 'empty' } });
  expect(decodeMagicReport(0x12345678)).toBeUndefined();
});
