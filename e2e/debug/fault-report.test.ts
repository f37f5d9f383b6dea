/** Firmware that goes wrong: what `kickstage run` says of it names function, line, callers, status and the likely cause. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import type { EndEvent, FaultEvent, RunEvent } from '@kickstage/testbench/events';
import { Scenario } from '@kickstage/testbench/scenario';
import pc from 'picocolors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeText, nameCode } from '../../packages/cli/src/code-places.ts';
import { eventText } from '../../packages/cli/src/event-text.ts';
import { type FaultPlaces, FaultText } from '../../packages/cli/src/fault-text.ts';
import { VirtualBoard } from '../../packages/cli/src/virtual-board.ts';
import { buildSource, type DebugBuild, imageOf, removeFolders } from './debug-build.ts';
import { faultySource, WAY_ADDRESS, type Way, wayNumber, ZERO_ADDRESS } from './faulty-program.ts';

let built: DebugBuild;
const source = faultySource().split('\n');

beforeAll(async () => {
  built = await buildSource(faultySource(), 'size', ['app1']);
}, 120_000);
afterAll(removeFolders);

const colors = pc.createColors(false);

interface Told {
  readonly faults: readonly (FaultEvent & FaultPlaces)[];
  /** Of the first fault or of the error that ended the run, its lines without the time. */
  readonly lines: readonly string[];
  readonly end: EndEvent | undefined;
}

function run(way: Way): Told {
  const { linked, aborts } = imageOf(built, 'app1');
  const images = [linked];
  const describe = (pc: number) => codeText(nameCode(images, pc));
  const board = new VirtualBoard({ machine: createStm32f411, board: blackpill, seed: 1, describe });
  board.load(linked.image.slot.start, linked.bytes);
  const text = new FaultText({ images, aborts, board });
  const faults: (FaultEvent & FaultPlaces)[] = [];
  let end: EndEvent | undefined;
  const lines: string[] = [];
  const onEvent = (event: RunEvent) => {
    const isWrong = event.event === 'fault' || (event.event === 'end' && event.reason === 'error');
    if (isWrong && lines.length === 0) lines.push(...eventText(event, colors, text).split('\n'));
    if (event.event === 'fault') faults.push({ ...event, ...text.explain(event) });
    if (event.event === 'end') end = event;
  };
  const dataEnds = new Map([['app1', linked.linkerSymbols.get('__bss_end')!]]);
  const scenario = new Scenario({ board, layout: built.layout, presses: [], duration: 0.01, dataEnds, onEvent });
  board.powerOn();
  const { machine } = board.chip;
  machine.writeMemory(WAY_ADDRESS, Uint8Array.of(wayNumber(way), 0, 0, 0));
  machine.writeMemory(ZERO_ADDRESS, new Uint8Array(4));
  // As the bootloader would: the app's stack and entry.
  machine.cpu.reset(linked.image.vectorTable);
  machine.cpu.system.scb.vtor = linked.image.vectorTable;
  scenario.run();
  return { faults, lines: lines.map((line) => line.slice(14)), end };
}

/** The line of a way's body that contains a text. */
function lineOf(way: Way, text: string): number {
  const start = source.findIndex((line) => line.startsWith(`function ${way}(`));
  return source.findIndex((line, i) => i > start && line.includes(text)) + 1;
}
const callOf = (way: Way) => source.findIndex((line) => line.endsWith(`// ${way}`)) + 1;

interface Case {
  readonly way: Way;
  /** In the line at fault; absent where execution left the program. */
  readonly text?: string;
  readonly head: string;
  readonly likely?: string;
  readonly status?: readonly string[];
  readonly says?: string;
  readonly event?: Partial<FaultEvent>;
}

const PRECISE = 'PRECISERR: this instruction accessed an address where nothing is';
const FORCED = 'FORCED: a fault whose own handler is off or cannot run';
const STATE = 'INVSTATE: a branch to an address without the Thumb bit';
const WILD = 'where no code is: an overwritten return address, or a wrong address of a function';

const CASES: readonly Case[] = [
  {
    way: 'readNothing',
    text: 'load<u32>',
    head: 'read of 0x60000000: nothing is there',
    likely:
      '0x6000_0000 is no memory and no register of this chip: a pointer that is wrong, or an index out of its bounds',
    status: [PRECISE, 'BFARVALID: BFAR holds the address', FORCED],
    event: { exception: 'HardFault', address: 0x6000_0000, cfsr: 0x8200, hfsr: 0x4000_0000 },
  },
  { way: 'divide', text: '1000 / x', head: 'integer divide by zero', likely: 'an integer was divided by zero' },
  {
    way: 'overflow',
    text: 'MIN_VALUE',
    head: 'integer overflow',
    likely: 'no integer of that size holds the result: the smallest one was divided by -1, or a float is too large',
  },
  { way: 'unreached', text: 'unreachable()', head: 'unreachable', event: { trap: 'unreachable' } },
  {
    way: 'thrown',
    text: 'throw new',
    head: 'abort',
    likely: 'an assertion failed, or a `throw` or abort() was reached',
    says: 'the valve is stuck',
    event: { trap: 'abort' },
  },
  { way: 'noFunction', text: 'call_indirect', head: 'undefined element', event: { trap: 'undefinedElement' } },
  {
    way: 'thrownTwice',
    text: "'too hot'",
    head: 'abort',
    says: 'too hot',
  },
  {
    way: 'unaligned',
    text: 'load<u32>',
    head: 'unaligned access to 0x20010001',
    likely: '0x2001_0001 is not a multiple of what is read or written there',
    status: ['UNALIGNED: the address is not a multiple of the size of the access', FORCED],
  },
  {
    way: 'evenJump',
    head: 'a branch to an address without the Thumb bit',
    likely: 'a jump to the even address 0x0802_0200: code is Thumb code, and addresses of functions are odd',
    status: [STATE, FORCED],
    event: { pc: 0x0802_0200 },
  },
  {
    way: 'wildJump',
    head: 'instruction fetch from 0xa0000000',
    likely: `execution went to 0xA000_0000, ${WILD}`,
    status: ['IACCVIOL: an instruction was fetched where no code may be', FORCED],
  },
  {
    way: 'erasedJump',
    head: 'undefined',
    likely: 'execution went to 0x0806_0000, where flash is erased: an image that is not there, or a wrong address',
  },
  { way: 'overwritten', head: 'instruction fetch from 0xa0000000', likely: `execution went to 0xA000_0000, ${WILD}` },
  {
    way: 'breakpoint',
    text: 'bkpt(3)',
    head: 'BKPT #3 without a debugger',
    likely: 'a breakpoint instruction, and no debugger is there',
    status: ['DEBUGEVT: a breakpoint without a debugger'],
  },
  {
    way: 'call',
    text: 'svc(1)',
    head: 'SVC where it cannot be taken',
    likely: 'a supervisor call where its handler cannot run: interrupts are off, or a handler runs that is as urgent',
    status: [FORCED],
  },
  {
    way: 'busFault',
    text: 'load<u32>',
    head: 'read of 0x60000000',
    status: [PRECISE, 'BFARVALID: BFAR holds the address'],
    event: { exception: 'BusFault' },
  },
];

const marked = (lines: readonly string[], mark: string) =>
  lines.filter((line) => line.startsWith(`${mark.padEnd(7)} `)).map((line) => line.slice(8));

/** The line itself, or where it is called: what is small may be put in the place of its calls. */
function isPlaced(told: Told, way: Way, text: string): void {
  const [{ at, backtrace }] = told.faults;
  expect(at.places).toHaveLength(1);
  expect(at.places[0]).toMatchObject({ file: 'apps/app1.ts', line: lineOf(way, text) });
  expect(told.lines[0]).toContain(`${at.function} (apps/app1.ts:${lineOf(way, text)}:`);
  if (at.function === 'Reset_Handler') return;
  expect(at.function).toBe(way);
  expect(backtrace[0]).toMatchObject({ function: 'Reset_Handler', by: 'call' });
  expect(backtrace[0].places[0].line).toBe(callOf(way));
  expect(told.lines[1]).toMatch(new RegExp(`^from {4}Reset_Handler \\(apps/app1\\.ts:${callOf(way)}:\\d+\\), 0x`));
}

describe('a fault names where, from where, and why', () => {
  test.each(CASES)('$way', ({ way, text, head, likely, status, says, event }) => {
    const told = run(way);
    const { lines, faults } = told;
    expect(lines[0]).toMatch(/^fault {3}(Hard|Bus)Fault at .*0x[0-9A-F]{4}_[0-9A-F]{4}: /);
    expect(lines[0]).toContain(head);
    if (text !== undefined) isPlaced(told, way, text);
    if (likely !== undefined) expect(marked(lines, 'likely')).toEqual([likely]);
    if (status) expect(marked(lines, 'status')).toEqual(status);
    expect(marked(lines, 'says')).toEqual(says === undefined ? [] : [says]);
    expect(faults[0].message).toBe(says);
    expect(faults[0]).toMatchObject(event ?? {});
  });
});

test('registers, status registers and where lr points', () => {
  const { lines } = run('readNothing');
  expect(marked(lines, 'CFSR')).toEqual(['0x0000_8200  HFSR 0x4000_0000  BFAR 0x6000_0000']);
  expect(lines.filter((line) => /^r(0|12) /.test(line))).toEqual([
    expect.stringMatching(/^r0 {3}0x\w{4}_\w{4} {2}r1 {3}0x\w{4}_\w{4} {2}r2 {3}0x\w{4}_\w{4} {2}r3 {3}0x\w{4}_\w{4}$/),
    expect.stringMatching(/^r12 {2}0x\w{4}_\w{4} {2}sp {3}0x\w{4}_\w{4} {2}lr {3}0x\w{4}_\w{4} {2}xpsr 0x\w{4}_\w{4}$/),
  ]);
  expect(marked(lines, 'lr')).toHaveLength(1);
});

test('a trap that two places share names both', () => {
  const { lines, faults } = run('divideTwice');
  const wanted = ['1000 / x', '5000 /'].map((text) => lineOf('divideTwice', text));
  expect(faults[0].at.places.map(({ line }) => line)).toEqual(wanted);
  expect(lines[0]).toMatch(/ \(apps\/app1\.ts:\d+:\d+ or apps\/app1\.ts:\d+:\d+\), 0x/);
});

test('a trap in a routine of the code generator: the line is that of its caller', () => {
  const { faults } = run('noInteger');
  const [{ at, backtrace, trap }] = faults;
  expect(trap).toBe('invalidConversionToInteger');
  // It may be put in the place of its call.
  const { places } = at.places.length > 0 ? at : backtrace[0];
  expect(places[0].line).toBe(lineOf('noInteger', '<f32>x'));
});

test('what the virtual board does not do: from where it was asked to', () => {
  const { end, lines } = run('writeFlash');
  expect(end?.code).toBe('EMU008');
  expect(lines[0]).toContain('store of 4 bytes to 0x08004000 in flash');
  expect(lines[0]).toContain(`(apps/app1.ts:${lineOf('writeFlash', 'store<u32>')}:`);
});

test('a recursion that does not end: a full stack, many callers, and a HardFault that cannot be stacked', () => {
  const { lines, faults } = run('recursion');
  expect(lines[0]).toContain(`recursion (apps/app1.ts:${lineOf('recursion', 'return 1')}:`);
  expect(marked(lines, 'likely')[0]).toMatch(
    /^the stack is full: it may reach down to 0x2000_0000, the stack pointer is 0x\w{4}_\w{4}\. A recursion/,
  );
  const callers = marked(lines, 'from');
  expect(callers).toHaveLength(2);
  expect(callers[0]).toMatch(/^recursion \(apps\/app1\.ts:\d+:\d+\), 0x\w{4}_\w{4}, 31 times$/);
  expect(callers[1]).toBe('and so on');
  expect(faults[1].text).toContain('stacking failed');
  expect(faults[1].status.join()).toContain('STKERR');
});

test('in a handler: who was interrupted', () => {
  const { lines, faults } = run('handled');
  expect(faults[0].at.function).toBe('SysTick_Handler');
  expect(marked(lines, 'from')[0]).toMatch(/^(handled|Reset_Handler) \(apps\/app1\.ts:\d+:\d+\), 0x.*, interrupted$/);
  expect(marked(lines, 'lr')).toEqual(['a handler runs, which returns from its exception']);
});

test('a fault in the handler of HardFault locks up, which is told with its callers', () => {
  const { faults } = run('lockedUp');
  expect(faults.map(({ exception }) => exception)).toEqual(['HardFault', 'HardFault', 'Lockup']);
  const [first, , last] = faults;
  expect(first.at.places[0].line).toBe(lineOf('lockedUp', 'load<u32>'));
  expect(last.at.function).toBe('HardFault_Handler');
  expect(last.backtrace[0]).toMatchObject({ by: 'exception', address: first.pc });
});
