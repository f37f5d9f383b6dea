import { expect, test } from 'vitest';
import { framePacket, MOST_BODY_BYTES, PacketReader } from './packets.ts';

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const text = (data: Uint8Array) => String.fromCharCode(...data);
const read = (data: string) => new PacketReader().read(bytes(data));
const packet = (body: string) => ({ kind: 'packet', body });

test.each([
  ['$#00', [packet('')]],
  ['$OK#9a', [packet('OK')]],
  ['$OK#9A', [packet('OK')]],
  ['+$g#67', [{ kind: 'ack' }, packet('g')]],
  ['$g#67-', [packet('g'), { kind: 'nack' }]],
  ['\x03', [{ kind: 'interrupt' }]],
  ['$c#63\x03', [packet('c'), { kind: 'interrupt' }]],
  ['noise$g#67', [packet('g')]],
  ['$g#68', [{ kind: 'damaged' }]],
  ['$g#zz', [{ kind: 'damaged' }]],
  ['$g#6 ', [{ kind: 'damaged' }]],
  // A packet that was cut off by the next.
  ['$m0,$g#67', [packet('g')]],
  // 0x03 inside a packet is data.
  ['$X\x03#5b', [packet('X\x03')]],
  // } 0x03 is #.
  ['$X}\x03#d8', [packet('X#')]],
  // An escape with nothing behind it.
  ['$X}#d5', [packet('X')]],
  ['$g', []],
  ['$g#6', []],
  ['', []],
])('%j', (data, incoming) => {
  expect(read(data)).toEqual(incoming);
});

test('a packet in single bytes', () => {
  const reader = new PacketReader();
  const incoming = [...'$m20,4#2f+'].flatMap((c) => reader.read(bytes(c)));
  expect(incoming).toEqual([packet('m20,4'), { kind: 'ack' }]);
});

test('a packet that is too long', () => {
  const body = 'x'.repeat(MOST_BODY_BYTES + 1);
  expect(read(`${text(framePacket(body))}$g#67`)).toEqual([{ kind: 'overlong' }, packet('g')]);
  expect(read(text(framePacket(body.slice(1))))).toEqual([packet(body.slice(1))]);
});

test('frames', () => {
  expect(text(framePacket('OK'))).toBe('$OK#9a');
  expect(text(framePacket(''))).toBe('$#00');
  expect(text(framePacket('#$}*'))).toBe('$}\x03}\x04}]}\n#62');
});

test('every byte goes through', () => {
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
  expect(new PacketReader().read(framePacket(all))).toEqual([packet(all)]);
});
