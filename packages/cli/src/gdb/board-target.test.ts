/** The board behind the protocol: regions, flash, pace, monitor commands; and damaged packets with a processor behind them. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { stm32l476xg } from '@kickstage/chips/stm32l476';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { framePacket, PacketReader } from '@kickstage/gdbserver/packets';
import { GdbSession } from '@kickstage/gdbserver/session';
import type { RunEvent } from '@kickstage/testbench/events';
import { Scenario } from '@kickstage/testbench/scenario';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damaged, fuzzRuns } from '../../../../tools/mutate-bytes.ts';
import { BoardTarget } from './board-target.ts';
import { DebuggedBoard } from './debugged-board.ts';
import { memoryRegions } from './memory-regions.ts';
import { SAMPLE_BODIES } from './sample-packets.ts';

const FLASH = 0x0800_0000;
const RAM = 0x2000_0000;
/** 1: adds r0, #1; b 1b */
const LOOP = [0x3001, 0xe7fd];

interface Bench {
  readonly target: BoardTarget;
  readonly board: DebuggedBoard;
  readonly events: RunEvent[];
  /** Wall time in seconds. */
  wall: number;
}

function bench(code: readonly number[] = LOOP): Bench {
  const board = new DebuggedBoard({ machine: createStm32f411, board: blackpill, seed: 1 });
  const vectors = new Uint32Array(16).fill((FLASH + 0x80) | 1);
  vectors[0] = RAM + 0x1000;
  board.load(FLASH, new Uint8Array(vectors.buffer));
  board.load(FLASH + 0x80, new Uint8Array(new Uint16Array(code).buffer));
  const events: RunEvent[] = [];
  const scenario = new Scenario({ board, presses: [], onEvent: (event) => events.push(event) });
  const self = { board, events, wall: 0 } as { -readonly [K in keyof Bench]: Bench[K] };
  self.target = new BoardTarget({ board, scenario, chip: blackpill.chip, wallSeconds: () => self.wall });
  board.powerOn();
  board.port.attach();
  return self;
}

test.each([blackpill.chip, stm32l476xg])('memory regions of the $name do not overlap', (chip) => {
  const regions = memoryRegions(chip);
  for (let i = 1; i < regions.length; i++)
    expect(regions[i - 1].start + regions[i - 1].size).toBeLessThanOrEqual(regions[i].start);
  for (const { start, size } of chip.ram) expect(regions).toContainEqual({ kind: 'ram', start, size });
});

test('flash: whole sectors are erased, cleared bits stay', () => {
  const { target } = bench();
  expect(target.flashErase(FLASH + 0x4000, 0x8000)).toBe(true);
  expect(target.flashErase(FLASH + 0xc000, 0x1_4000)).toBe(true);
  expect(target.flashErase(FLASH + 0x4000, 0x100)).toBe(false);
  expect(target.flashErase(FLASH + 0x100, 0x4000)).toBe(false);
  expect(target.flashErase(FLASH, 0x10_0000)).toBe(false);
  expect(target.flashErase(RAM, 0x4000)).toBe(false);
  expect(target.flashWrite(FLASH + 0x4000, Uint8Array.of(0xf0, 0x0f))).toBe(true);
  expect(target.flashWrite(FLASH + 0x4000, Uint8Array.of(0x3c, 0xff))).toBe(true);
  expect(target.readMemory(FLASH + 0x4000, 3)).toEqual(Uint8Array.of(0x30, 0x0f, 0xff));
  expect(target.flashWrite(RAM, Uint8Array.of(1))).toBe(false);
  expect(target.flashWrite(FLASH + 0x7_ffff, Uint8Array.of(1, 2))).toBe(false);
});

test('virtual time is held to the clock, unless one says full; steps are not', () => {
  const b = bench();
  expect(b.target.resume({ kind: 'continue' })).toEqual({ kind: 'running' });
  expect([b.target.seconds(), b.target.isAhead]).toEqual([0.001, true]);
  b.wall = 0.004;
  b.target.resume({ kind: 'continue' });
  expect(b.target.seconds()).toBeCloseTo(0.005, 6);
  // The host was busy: it is not made up for.
  b.wall = 10;
  b.target.resume({ kind: 'continue' });
  expect(b.target.seconds()).toBeLessThan(0.06);
  b.target.halt();
  const before = b.target.seconds();
  expect(b.target.resume({ kind: 'step' })).toEqual({ kind: 'stepped' });
  expect(b.target.seconds() - before).toBeLessThan(1e-6);
  expect(b.target.monitor('speed full')).toBe('speed full\n');
  b.target.resume({ kind: 'continue' });
  expect(b.target.isAhead).toBe(false);
});

test('a range is stepped until it is left, in pieces', () => {
  // 1: adds r0, #1; cmp r0, #200; bne 1b; b .
  const { target } = bench([0x3001, 0x28c8, 0xd1fc, 0xe7fe]);
  target.writeRegister('r0', 0);
  const range = { kind: 'range', start: FLASH + 0x80, end: FLASH + 0x86 } as const;
  expect(target.resume(range)).toEqual({ kind: 'stepped' });
  expect([target.readRegister('pc'), target.readRegister('r0')]).toEqual([FLASH + 0x86, 200]);
  const forever = { kind: 'range', start: FLASH + 0x86, end: FLASH + 0x88 } as const;
  expect(target.resume(forever)).toEqual({ kind: 'running' });
});

test('monitor', () => {
  const { target, events, board } = bench();
  expect(target.monitor('')).toContain('monitor press PIN [MS]');
  expect(target.monitor('press PA0 20ms')).toBe('PA0 is pressed for 20 ms\n');
  expect(target.monitor('press PF0')).toBe('there is no pin PF0\n');
  for (const wrong of ['press', 'press PA0 x', 'press PA0 0', 'press PA0 1 2', 'reset now', 'time 3', 'catch x'])
    expect(target.monitor(wrong)).toMatch(/^usage: monitor /);
  target.monitor('speed full');
  target.resume({ kind: 'continue' });
  target.resume({ kind: 'continue' });
  expect(events.filter(({ event }) => event === 'button')).toHaveLength(2);
  expect(target.monitor('time')).toMatch(/^0\.0\d+ s, \d+ instructions\n$/);
  expect(target.monitor('catch all')).toBe('catch all\n');
  expect(board.port.catches).toBe('all');
  expect(target.monitor('halt')).toBe('');
  target.monitor('power-cycle');
  target.monitor('reset halt');
  expect(events.flatMap((event) => (event.event === 'reset' ? [event.cause] : []))).toEqual([
    'power-on',
    'power-on',
    'software',
  ]);
});

test('what is not modelled is told, with its place', () => {
  // ldr r1, [r0]: SCS at an unknown offset
  const { target } = bench([0x6801, 0xe7fe]);
  target.writeRegister('r0', 0xe000_ef00);
  expect(target.resume({ kind: 'continue' })).toEqual({ kind: 'error', text: expect.stringMatching(/^EMU002: /) });
});

test('damaged packets before a real processor: nothing throws, a good packet is answered', () => {
  const binary = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const body = fc.oneof(fc.constantFrom(...SAMPLE_BODIES), damaged(SAMPLE_BODIES));
  const b = bench();
  fc.assert(
    fc.property(fc.array(body, { minLength: 1, maxLength: 8 }), (bodies) => {
      const session = new GdbSession(b.target);
      for (const each of bodies) {
        session.receive(framePacket(binary(each)));
        if (session.isRunning) session.advance();
        if (session.isRunning) session.receive(Uint8Array.of(3));
        if (session.isRunning) session.advance();
        expect(session.isRunning).toBe(false);
        b.wall += 0.002;
      }
      if (session.end !== undefined) return;
      const last = new PacketReader().read(session.receive(framePacket('qC')));
      expect(last.at(-1)).toEqual({ kind: 'packet', body: 'QC1' });
    }),
    fuzzRuns(1000),
  );
});
