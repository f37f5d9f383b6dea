/**
 * Images over a serial line that loses, changes and doubles bytes, into machine code: what arrives is what was sent, or
 * nothing is installed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as transfer from '@kickstage/abi/transfer';
import * as update from '@kickstage/abi/update';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { nucleoL476rg } from '@kickstage/chips/boards/nucleo-l476rg';
import { machineOf } from '@kickstage/emulator/machines/machine-of';
import { VirtualLine } from '@kickstage/testbench/virtual-line';
import { type Build, buildProject } from '@kickstage/toolchain/build';
import { encodeFrame, FrameReader } from '@kickstage/toolchain/transfer/frame';
import { type Line, sendImage } from '@kickstage/toolchain/transfer/send';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectNoErrors, FIRMWARE, ROOT } from '../firmware/firmware-files.ts';
import { layoutFor, type UpdateCase } from './update-board.ts';

const CASES: readonly UpdateCase[] = [
  { name: 'F411, alternate', board: blackpill, size: '128K', update: { strategy: 'alternate' } },
  { name: 'L476, direct', board: nucleoL476rg, size: '64K', update: { strategy: 'direct' } },
];

/** The example's firmware, one of its versions. */
async function build(what: UpdateCase, version: string): Promise<Build> {
  const read = (path: string) => readFileSync(join(ROOT, 'examples/bank-exchange', path), 'utf8');
  const { value, diagnostics } = await buildProject({
    layout: layoutFor(what),
    chip: what.board.chip,
    firmware: FIRMWARE,
    readSource: (path) => {
      if (path === 'app.ts') return read(`apps/${version}.ts`).replaceAll('./common', './apps/common');
      if (path === 'boot/main.ts' || path === 'apps/common.ts') return read(path);
      return undefined;
    },
    ...(version === 'v1' ? {} : { only: ['app1'] }),
  });
  expectNoErrors(diagnostics);
  return value!;
}

function imagesOf({ images, secondBanks }: Build) {
  return [...images, ...secondBanks]
    .filter(({ name }) => name.startsWith('app1'))
    .map(({ name, linked: { bytes } }) => ({ name, bytes }));
}

describe.each(CASES)('$name', (what) => {
  let [v1, v2] = [] as Build[];

  beforeAll(async () => {
    v1 = await build(what, 'v1');
    v2 = await build(what, 'v2');
  }, 600_000);

  function powered() {
    const chip = machineOf(what.board.chip.name)!({ hseHz: 25_000_000 });
    for (const { address, bytes } of v1.flash) chip.machine.load(address, bytes);
    chip.machine.reset('power-on');
    const line = new VirtualLine(
      {
        receive: chip.receive,
        listen: (listener) => chip.machine.listen(listener),
        advance: (seconds) => {
          const stop = chip.machine.run({ untilSeconds: chip.machine.seconds() + seconds });
          if (stop.error) throw stop.error;
          return stop.reason === 'time';
        },
      },
      'USART2',
    );
    return { chip, line };
  }

  async function textOf(line: Line): Promise<string> {
    let text = '';
    // An exchange takes seconds.
    let heard = await line.read(10_000);
    const reader = new FrameReader((part) => {
      text += part;
    });
    for (; heard; heard = await line.read(200)) reader.push(heard);
    reader.flush();
    return text;
  }

  test('an image arrives and is started', async () => {
    const { line } = powered();
    expect(await textOf(line)).toBe('v1: started\r\n');
    const { value, diagnostics } = await sendImage({ line, images: imagesOf(v2) });
    expect(diagnostics).toEqual([]);
    expect(value).toMatchObject({ resent: 0, restarts: 0, hello: { app: 0, phase: update.PHASE_NONE } });
    expect(await textOf(line)).toContain('v2: started on trial');
    expect((await sendImage({ line, images: imagesOf(v2) })).value?.hello.outcome).toBe(update.OUTCOME_CONFIRMED);
  });

  test('noise on the line: every 400th byte is lost, changed or doubled, in both directions', async () => {
    const { line } = powered();
    await textOf(line);
    const noisy = withNoise(line, 400, 7);
    const { value, diagnostics } = await sendImage({ line: noisy, images: imagesOf(v2) });
    expect(diagnostics).toEqual([]);
    expect(value!.resent).toBeGreaterThan(5);
    const after = await sendImage({ line, images: imagesOf(v2) });
    expect(after.value?.hello.outcome).toBe(update.OUTCOME_CONFIRMED);
  });

  test('an app that is reset in the middle gets the image from its beginning', async () => {
    const { chip, line } = powered();
    let isCut = false;
    const { value, diagnostics } = await sendImage({
      line,
      images: imagesOf(v2),
      onProgress: (sent) => {
        if (isCut || sent < 2000) return;
        isCut = true;
        chip.machine.reset('power-on');
      },
    });
    expect(diagnostics).toEqual([]);
    expect(value).toMatchObject({ restarts: 1 });
  });

  test('what the app refuses', async () => {
    const { line } = powered();
    const [{ name, bytes }] = imagesOf(v2);
    const codes = async (images: { name: string; bytes: Uint8Array }[]) =>
      (await sendImage({ line, images })).diagnostics.map(({ code }) => code);
    const large = imagesOf(v2).map((image) => {
      const longer = new Uint8Array(256 * 1024).fill(0xff);
      longer.set(image.bytes);
      return { name: image.name, bytes: longer };
    });
    expect(await codes(large)).toEqual(['SND003']);
    const elsewhere = bytes.slice();
    new DataView(elsewhere.buffer).setUint32(4, 0x0800_0101, true);
    expect(await codes([{ name, bytes: elsewhere }])).toEqual(['SND002']);
    // A stack pointer outside RAM: only the app finds it.
    const broken = imagesOf(v2).map((image) => ({ name: image.name, bytes: image.bytes.slice() }));
    for (const image of broken) new DataView(image.bytes.buffer).setUint32(0, 0x1234, true);
    expect(await codes(broken)).toEqual(['SND004']);
    // And what was there before goes on.
    expect((await sendImage({ line, images: imagesOf(v2) })).diagnostics).toEqual([]);
  });

  test('frames that nobody sends: unknown, out of order, too long, torn', async () => {
    const { line } = powered();
    const ask = async (kind: number, argument: number, payload: Uint8Array, before: number[] = []) => {
      await line.write(Uint8Array.from([...before, ...encodeFrame({ kind, sequence: 9, argument, payload })]));
      const reader = new FrameReader();
      for (let heard = await line.read(100); heard; heard = await line.read(100)) {
        const [reply] = reader.push(heard);
        if (reply) return reply.argument;
      }
      return undefined;
    };
    await textOf(line);
    const nothing = new Uint8Array(0);
    expect(await ask(99, 0, nothing)).toBe(transfer.TRANSFER_UNKNOWN);
    expect(await ask(transfer.TRANSFER_DATA, 0, new Uint8Array(8))).toBe(transfer.TRANSFER_OUT_OF_ORDER);
    expect(await ask(transfer.TRANSFER_BEGIN, 12, nothing)).toBe(transfer.TRANSFER_UNALIGNED);
    expect(await ask(transfer.TRANSFER_INSTALL, 0, nothing)).toBe(transfer.TRANSFER_OUT_OF_ORDER);
    expect(await ask(transfer.TRANSFER_DATA, 0, new Uint8Array(1024))).toBe(undefined);
    expect(await ask(transfer.TRANSFER_HELLO, 0, nothing, [0, 5, 1, 2])).toBe(0);
    expect(
      await ask(
        transfer.TRANSFER_HELLO,
        0,
        nothing,
        Array.from({ length: 999 }, (_, i) => i % 256),
      ),
    ).toBe(0);
  });
});

function withNoise(line: Line, rate: number, seed: number): Line {
  let x = seed;
  const random = (below: number) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
  const spoil = (bytes: Uint8Array) =>
    Uint8Array.from(
      [...bytes].flatMap((byte) => {
        if (random(rate) !== 0) return [byte];
        const kind = random(3);
        if (kind === 0) return [];
        return kind === 1 ? [byte ^ (1 << random(8))] : [byte, byte];
      }),
    );
  return {
    write: (bytes) => line.write(spoil(bytes)),
    read: async (milliseconds) => {
      const heard = await line.read(milliseconds);
      return heard && spoil(heard);
    },
  };
}
