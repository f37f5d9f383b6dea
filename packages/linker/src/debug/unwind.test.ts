/** Callers from frame states: through calls, exceptions with and without floating-point state, and jumps to nowhere. */
import { expect, test } from 'vitest';
import type { LinkedImage } from '../link.ts';
import { MOST_FRAMES, unwind } from './unwind.ts';

const LEAF = 0x0800_0100;
const CALLER = 0x0800_0200;
const HANDLER = 0x0800_0300;
const EXC_RETURN = 0xffff_fff9;

/** Functions of 0x80 bytes: from offset 2 on, `words` are pushed, the topmost of which is lr. */
function code(address: number, words: number) {
  const registers = new Map(words > 0 ? [[14, -4]] : []);
  const frame = [
    { offset: 0, cfaOffset: 0, registers: new Map() },
    ...(words > 0 ? [{ offset: 2, cfaOffset: 4 * words, registers }] : []),
  ];
  return { address, section: { kind: 'code', size: 0x80, debug: { frame } } };
}

const images = [{ sections: [code(LEAF, 0), code(CALLER, 2), code(HANDLER, 2)] }] as unknown as LinkedImage[];

const callers = (start: { pc: number; sp: number; lr: number }, memory: Readonly<Record<number, number>>) =>
  unwind({ images, ...start, readWord: (address) => memory[address] })
    .slice(1)
    .map(({ pc, by }) => `${by} ${pc.toString(16)}`);

test('a leaf, its caller, and the end of what is known', () => {
  const memory = { 536870916: 0x0800_0211, 536870924: 0xffff_ffff };
  expect(callers({ pc: LEAF + 8, sp: 0x2000_0000, lr: CALLER | 0x11 }, memory)).toEqual([
    'call 8000210',
    'call 8000210',
  ]);
});

const stacked = (frame: number, pc: number, xpsr = 0x0100_0000) => ({
  ...{ [frame + 20]: CALLER | 0x21, [frame + 24]: pc, [frame + 28]: xpsr },
});

test.each([
  ['eight words', EXC_RETURN, 0, 32],
  ['eight words and one for alignment', EXC_RETURN, 0x200, 36],
  ['with floating-point state', 0xffff_ffe9, 0, 104],
])('an exception: %s', (_, returnAddress, xpsr, size) => {
  const frame = 0x2000_0008;
  const memory = { 536870916: returnAddress, ...stacked(frame, LEAF + 4, xpsr), [frame + size + 4]: 0xffff_ffff };
  expect(callers({ pc: HANDLER + 8, sp: 0x2000_0000, lr: 0 }, memory)).toEqual(['exception 8000104', 'call 8000220']);
});

test('a process stack is not followed', () => {
  const memory = { 536870916: 0xffff_fffd, ...stacked(0x2000_0008, LEAF + 4) };
  expect(callers({ pc: HANDLER + 8, sp: 0x2000_0000, lr: 0 }, memory)).toEqual([]);
});

test.each([
  ['a call to an address in a register went there', 0x4798, ['call 8000210']],
  ['another call did not', 0xf800, []],
])('execution is where no code is: %s', (_, instruction, wanted) => {
  const memory = { [CALLER + 0xc]: instruction << 16, 536870916: 0xffff_ffff };
  expect(callers({ pc: 0xa000_0000, sp: 0x2000_0000, lr: CALLER | 0x11 }, memory)).toEqual(wanted);
});

test('a recursion is told so far', () => {
  const readWord = () => CALLER | 0x11;
  expect(unwind({ images, pc: CALLER + 8, sp: 0x2000_0000, lr: 0, readWord })).toHaveLength(MOST_FRAMES);
});
