/** The likely cause of faults, by their status bits. */
import type { FaultReport } from '@kickstage/emulator/peripheral';
import { expect, test } from 'vitest';
import { type FaultContext, likelyCause, statusText, trapOf } from './fault-cause.ts';

const REGISTERS = { r0: 0, r1: 0, r2: 0, r3: 0, r12: 0, sp: 0x2000_8000, lr: 0x0800_0101, xpsr: 0x0100_0000 };
const STACK = { start: 0x2000_1000, end: 0x2001_0000 };
const FLASH = { start: 0x0800_0000, end: 0x0808_0000 };

interface Row {
  readonly bits?: number;
  readonly pc?: number;
  readonly sp?: number;
  readonly address?: number;
  readonly instruction?: number;
  readonly cause: RegExp | undefined;
}

const cause = ({ bits = 0, pc = 0x0800_0200, sp = REGISTERS.sp, address, instruction = 0xbf00 }: Row) => {
  const fault: FaultReport = {
    ...{ event: 'fault', exception: 'HardFault', text: '', cfsr: bits, hfsr: 0, bits, pc },
    registers: { ...REGISTERS, sp },
    ...(address === undefined ? {} : { address }),
  };
  const context: FaultContext = { instruction, stack: STACK, flash: FLASH };
  return likelyCause(fault, context);
};

const PRECISE = 0x8200;

test.each<[string, Row]>([
  ['DIVBYZERO', { bits: 1 << 25, cause: /^an integer was divided by zero$/ }],
  ['UNALIGNED', { bits: 1 << 24, address: 0x2000_0001, cause: /^0x2000_0001 is not a multiple/ }],
  ['NOCP', { bits: 1 << 19, cause: /unit is off: SCB_CPACR enables it$/ }],
  ['INVPC', { bits: 1 << 18, cause: /^a handler returned by an address/ }],
  ['INVSTATE', { bits: 1 << 17, pc: 0x0800_1000, cause: /^a jump to the even address 0x0800_1000/ }],
  ['INVSTATE at 0', { bits: 1 << 17, pc: 0, cause: /a function that is null$/ }],
  ['UNDEFINSTR', { bits: 1 << 16, instruction: 0xde55, cause: /^what runs is no code/ }],
  ['UNDEFINSTR, a trap', { bits: 1 << 16, instruction: 0xde06, cause: /^an assertion failed/ }],
  ['UNDEFINSTR, erased', { bits: 1 << 16, instruction: 0xffff, cause: /where flash is erased/ }],
  ['STKERR', { bits: 1 << 12, cause: /^the stack pointer is not in memory/ }],
  ['IMPRECISERR', { bits: 1 << 10, cause: /^a store some instructions before/ }],
  ['PRECISERR', { bits: PRECISE, address: 0x6000_0000, cause: /^0x6000_0000 is no memory/ }],
  ['PRECISERR near 0', { bits: PRECISE, address: 12, cause: /^a reference that is null/ }],
  ['a push below the stack', { bits: PRECISE, sp: 0x2000_1004, address: 0x2000_0ff4, cause: /^the stack is full/ }],
  [
    'an address below a stack that has room',
    { bits: PRECISE, address: 0x1fff_0000, cause: /^0x1FFF_0000 is no memory/ },
  ],
  [
    'anything, with the stack pointer in the data',
    { bits: PRECISE, sp: 0x2000_0f00, cause: /^the stack is full: it may/ },
  ],
  ['a stack pointer above the stack', { bits: PRECISE, sp: 0x2001_0008, cause: /^the stack pointer is above/ }],
  ['IBUSERR', { bits: 1 << 8, pc: 0xa000_0000, cause: /^execution went to 0xA000_0000, where no code is/ }],
  ['DACCVIOL', { bits: 0x82, address: 0x2000_4000, cause: /^0x2000_4000 may not be accessed so: a region/ }],
  ['BKPT', { instruction: 0xbe01, cause: /no debugger is there$/ }],
  ['SVC', { instruction: 0xdf00, cause: /^a supervisor call where its handler cannot run/ }],
  ['nothing known', { cause: undefined }],
])('%s', (_, row) => {
  if (row.cause) expect(cause(row)).toMatch(row.cause);
  else expect(cause(row)).toBeUndefined();
});

test('status in words, CFSR before HFSR', () => {
  expect(statusText({ cfsr: 1 << 25, hfsr: 1 << 30 })).toEqual([
    'DIVBYZERO: a division by zero',
    'FORCED: a fault whose own handler is off or cannot run',
  ]);
});

test.each([
  [0xde01, 'unreachable'],
  [0xde06, 'abort'],
  [0xde0b, 'callStackExhausted'],
  [0xde77, undefined],
  [0xbf00, undefined],
  [undefined, undefined],
])('UDF %s', (instruction, reason) => {
  expect(trapOf(instruction)).toBe(reason);
});
