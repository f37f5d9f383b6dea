/**
 * Whole firmware does the same whether its code is interpreted, translated where it is hot, or translated wherever that is
 * possible: the same memories, registers, cycles and instructions behind each step of an update, with its resets and its
 * serial flash; and behind each million instructions of a start that checks a signature.
 */
import { createHash } from 'node:crypto';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import type { Machine } from '@kickstage/emulator/machine';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { EVERYTHING, type TranslationOptions } from '@kickstage/emulator/processor/translate/translator';
import { expect, test } from 'vitest';
import { IS_THOROUGH } from '../../tools/thorough.ts';
import { buildVerified, IDLE, keyOf, signedImage } from '../verify/verified-project.ts';
import { buildFirmware, UpdateBoard, type UpdateCase } from './update-board.ts';
import { CASES } from './update-cases.ts';

const SOME: TranslationOptions = { period: 50, looks: 1 };
const WAYS = IS_THOROUGH ? [undefined, SOME, EVERYTHING] : [undefined, EVERYTHING];

/** All that a step leaves behind. */
function stateOf(machine: Machine, more: Uint8Array = new Uint8Array()): string {
  const { cpu, clock, bus } = machine;
  const { pc, it, apsr, ipsr, instructions } = cpu;
  const hash = createHash('sha256').update(bus.arrays.ram8).update(bus.flash.bytes).update(more);
  return [...cpu.r.subarray(0, 15), pc, it, apsr, ipsr, instructions, clock.cycles, hash.digest('hex')].join(' ');
}

interface Seen {
  readonly states: readonly string[];
  /** Instructions that translations executed, and all of them. */
  readonly translated: number;
  readonly instructions: number;
}

function expectTheSame([interpreted, ...others]: readonly Seen[]): void {
  expect(interpreted.translated).toBe(0);
  for (const { states, translated, instructions } of others) {
    expect(states).toEqual(interpreted.states);
    expect(translated).toBeGreaterThan(instructions / 10);
  }
}

const BOARDS: readonly UpdateCase[] = IS_THOROUGH
  ? [CASES.F4_ALTERNATE, CASES.L4_OFFSET, CASES.F4_NOR_SWAP]
  : [CASES.F4_ALTERNATE];
const KINDS = IS_THOROUGH ? (['ed25519', 'p256'] as const) : (['ed25519'] as const);

test.each(BOARDS)('an update: $name', async (what) => {
  const firmware = await buildFirmware(what);
  const seen = WAYS.map((way): Seen => {
    const board = new UpdateBoard(firmware, { seed: 1 });
    const { machine } = board.chip;
    machine.cpu.translator.setOptions(way);
    const steps: (() => unknown)[] = [
      () => board.powerOn(),
      () => board.download(board.image(2)),
      () => board.leave('request'),
      () => board.call('confirm'),
      () => board.powerOn(),
    ];
    const states = steps.map(
      (step) => `${JSON.stringify(step())} ${stateOf(machine, board.chip.externalFlash?.bytes)}`,
    );
    const { instructions, translator } = machine.cpu;
    return { states, translated: translator.executed, instructions };
  });
  expectTheSame(seen);
});

test.each(KINDS)('the check of a signature: %s', async (kind) => {
  const app = { entry: 'app.ts', version: '1.0.0', size: '16K', verify: 'signature' } as const;
  const sources = { 'app.ts': IDLE };
  const project = await buildVerified({ apps: { app1: app }, boot: { default: 'app1' } }, keyOf(kind, 7), sources);
  const image = await signedImage(project, 'app1');
  const seen = WAYS.map((way): Seen => {
    const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 });
    for (const { address, bytes } of project.build.flash) machine.load(address, bytes);
    machine.load(project.layout.apps[0].slot.start, image);
    machine.reset('power-on');
    machine.cpu.translator.setOptions(way);
    const states = Array.from({ length: 8 }, () => {
      machine.run({ maxInstructions: 1_000_000 });
      return stateOf(machine);
    });
    const { instructions, translator } = machine.cpu;
    return { states, translated: translator.executed, instructions };
  });
  expectTheSame(seen);
});
