/**
 * Damaged packets through a real socket to a server with a real board behind it: the server neither ends nor throws, and
 * the next client finds it well.
 */
import { connect, type Socket } from 'node:net';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { framePacket } from '@kickstage/gdbserver/packets';
import { Scenario } from '@kickstage/testbench/scenario';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoardTarget } from '../../packages/cli/src/gdb/board-target.ts';
import { DebuggedBoard } from '../../packages/cli/src/gdb/debugged-board.ts';
import { SAMPLE_BODIES } from '../../packages/cli/src/gdb/sample-packets.ts';
import { GdbServer, HOST } from '../../packages/cli/src/gdb/server.ts';
import { damaged, fuzzRuns } from '../../tools/mutate-bytes.ts';

const PACKETS = 50;
const FLASH = 0x0800_0000;
const INTERRUPT = Uint8Array.of(3);

const binary = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
const framed = (body: Uint8Array) => framePacket(binary(body));
/** Not what ends the session, nor the question at the end: what is behind them would not be looked at. */
const bodies = SAMPLE_BODIES.filter((body) => !/^(vKill|qC$)/.test(binary(body)));
const good = fc.constantFrom(...bodies).map(framed);
const packet = fc.oneof(
  good,
  damaged(bodies).map(framed),
  damaged(bodies.map(framed)),
  fc.uint8Array({ maxLength: 64 }),
);
const packets = fc.array(packet, { minLength: PACKETS, maxLength: PACKETS });

interface Served {
  readonly port: number;
  readonly server: GdbServer;
  /** What the server ended with; undefined while it goes on. */
  end: 'well' | { readonly error: unknown } | undefined;
}

async function serve(): Promise<Served> {
  const board = new DebuggedBoard({ machine: createStm32f411, board: blackpill, seed: 1 });
  const vectors = new Uint32Array(16).fill((FLASH + 0x80) | 1);
  vectors[0] = 0x2000_1000;
  board.load(FLASH, new Uint8Array(vectors.buffer));
  // 1: adds r0, #1; b 1b
  board.load(FLASH + 0x80, Uint8Array.of(0x01, 0x30, 0xfd, 0xe7));
  board.powerOn();
  const scenario = new Scenario({ board, presses: [], onEvent: () => {} });
  const wallSeconds = () => performance.now() / 1000;
  const target = new BoardTarget({ board, scenario, chip: blackpill.chip, wallSeconds });
  const server = new GdbServer({
    target,
    onAttach: () => board.port.attach(),
    onDetach: () => board.port.detach(),
    onStop: () => {},
  });
  const served: Served = { server, port: await server.listen(0), end: undefined };
  server.done.then(
    () => {
      served.end = 'well';
    },
    (error: unknown) => {
      served.end = { error };
    },
  );
  return served;
}

/**
 * Sends; gives what came back once it contains `wanted`, the connection is closed, or patience ends. The last question may be
 * part of a packet that was begun before: like any client, this one asks again when nothing comes.
 */
function talk(port: number, bytes: readonly Uint8Array[], wanted: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket: Socket = connect(port, HOST, () => socket.write(Buffer.concat(bytes)));
    const again = setInterval(() => socket.write(Buffer.concat(LAST)), AGAIN);
    const patience = setTimeout(() => finish(), PATIENCE);
    const finish = () => {
      clearInterval(again);
      clearTimeout(patience);
      socket.destroy();
      resolve(text);
    };
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (text.includes(wanted)) finish();
    });
    socket.on('close', finish);
    socket.on('error', finish);
  });
}

/** Milliseconds. */
const AGAIN = 500;
const PATIENCE = 20_000;
const ANSWER = 'QC1#';
/** Ends a packet that was begun, and what runs; then a question. */
const LAST = [Uint8Array.of(0x23, 0x30, 0x30), INTERRUPT, framePacket('qC')];

/** A client that comes before the server has seen the one before it go is turned away. */
async function answers(port: number): Promise<void> {
  let text = '';
  for (const end = Date.now() + 10_000; text === '' && Date.now() < end; ) {
    text = await talk(port, [framePacket('qC')], ANSWER);
  }
  expect(text).toContain(ANSWER);
}

test('damaged packets: the server answers on', { timeout: 3_600_000 }, async () => {
  let served = await serve();
  await fc.assert(
    fc.asyncProperty(packets, async (all) => {
      // What a packet sets going, 0x03 stops.
      await talk(served.port, [...all.flatMap((bytes) => [bytes, INTERRUPT]), ...LAST], ANSWER);
      if (served.end !== undefined) {
        expect(served.end).toBe('well');
        served = await serve();
      }
      await answers(served.port);
    }),
    fuzzRuns(40),
  );
  served.server.close();
});
