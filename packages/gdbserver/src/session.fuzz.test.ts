/**
 * Damaged and random packets: whatever the bytes are, the session does not throw, keeps to its frames, and still answers
 * a good packet afterwards. Bodies are mutated inside a frame with a right checksum, or frames and all.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damaged, fuzzRuns } from '../../../tools/mutate-bytes.ts';
import { FakeTarget } from './fake-target.ts';
import { framePacket, PacketReader } from './packets.ts';
import { GdbSession } from './session.ts';

const BODIES = [
  ...[
    '?',
    'g',
    'G00',
    'pf',
    'P0=78563412',
    'm20000000,4',
    'M20000000,2:abcd',
    'X20000000,2:ab',
    'c',
    's',
    'C05',
    'S05;8000000',
  ],
  ...[
    'vCont?',
    'vCont;c',
    'vCont;s:1;c',
    'vCont;r8000100,8000110:1',
    'Z0,8000100,2',
    'z2,20000000,4',
    'Hg0',
    'T1',
    'D',
    'k',
    '!',
    'R',
  ],
  ...[
    'vFlashErase:8000000,400',
    'vFlashWrite:8000000:abc',
    'vFlashDone',
    'vRun;',
    'vKill;1',
    'QStartNoAckMode',
    'qC',
    'qAttached',
  ],
  ...['qSupported:multiprocess+;swbreak+;xmlRegisters=arm', 'qXfer:features:read:target.xml:0,fff'],
  ...['qXfer:memory-map:read::0,fff', 'qRcmd,68656c70', 'qfThreadInfo', 'vMustReplyEmpty'],
];

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const binary = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

const stream = fc.oneof(
  damaged(BODIES.map(latin1)).map((body) => framePacket(binary(body))),
  damaged(BODIES.map(framePacket)),
  fc.uint8Array({ maxLength: 64 }),
  fc.uint8Array({ maxLength: 64 }).map((body) => framePacket(binary(body))),
);
const streams = fc.array(stream, { minLength: 1, maxLength: 4 });
const pieceSize = fc.integer({ min: 1, max: 200 });

/** Feeds the bytes in pieces and lets what runs stop after a while. */
function play(session: GdbSession, bytes: Uint8Array, size: number): Uint8Array[] {
  const answers: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    answers.push(session.receive(bytes.subarray(at, at + size)));
    if (session.isRunning) answers.push(session.advance());
  }
  return answers;
}

test('damaged packets', () => {
  fc.assert(
    fc.property(streams, pieceSize, (all, size) => {
      const target = new FakeTarget();
      const session = new GdbSession(target);
      const answers = all.flatMap((bytes) => play(session, bytes, size));
      const reader = new PacketReader();
      const read = answers.flatMap((answer) => reader.read(answer));
      expect(read.filter(({ kind }) => kind === 'damaged' || kind === 'interrupt')).toEqual([]);
      // Ends a packet that has been begun, and what runs.
      session.receive(latin1('#00\x03'));
      if (session.isRunning) session.advance();
      if (session.end !== undefined) return;
      const last = new PacketReader().read(session.receive(framePacket('qC')));
      expect(last.at(-1)).toEqual({ kind: 'packet', body: 'QC1' });
    }),
    fuzzRuns(5000),
  );
});
