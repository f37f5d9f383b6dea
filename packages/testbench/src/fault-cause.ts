/**
 * What most likely went wrong when the processor reports a fault: from its status bits, the instruction at fault and where
 * the stack pointer is. A guess in words for a person; the facts stand beside it.
 */
import { CFSR_BITS, HFSR_BITS, statusBits } from '@kickstage/armv7m/fault-status';
import { formatAddress } from '@kickstage/base/hex';
import { type AddressRange, contains } from '@kickstage/base/ranges';
import { trapReason } from '@kickstage/codegen/emit/traps';
import type { TrapReason } from '@kickstage/codegen/ir/types';
import type { FaultReport } from '@kickstage/emulator/peripheral';

export interface FaultContext {
  /** The halfword at the program counter, where there is memory. */
  readonly instruction: number | undefined;
  /** RAM that the running image may use for its stack: from the end of its data on. */
  readonly stack: AddressRange | undefined;
  readonly flash: AddressRange | undefined;
}

/** `PRECISERR: this instruction accessed an address where nothing is`, for each bit that is set. */
export function statusText({ cfsr, hfsr }: Pick<FaultReport, 'cfsr' | 'hfsr'>): string[] {
  const bits = [...statusBits(cfsr, CFSR_BITS), ...statusBits(hfsr, HFSR_BITS)];
  return bits.map(({ name, text }) => `${name}: ${text}`);
}

const STACK_FULL = 'A recursion that does not end, or frames that are too large';

const TRAPS: Readonly<Record<TrapReason, string>> = {
  abort: 'an assertion failed, or a `throw` or abort() was reached',
  unreachable: 'unreachable() was reached, or the end of a function that has to return a value',
  integerDivideByZero: 'an integer was divided by zero',
  integerOverflow:
    'no integer of that size holds the result: the smallest one was divided by -1, or a float is too large',
  undefinedElement: 'a function was called by a number that the table does not have',
  uninitializedElement: 'a function was called through a reference that refers to none',
  indirectCallTypeMismatch: 'a function was called through a reference of another type',
  invalidConversionToInteger: 'a float that is not a number became an integer',
  outOfBoundsMemory: 'an address outside the memory of the module',
  outOfBoundsTable: 'an index outside a table',
  callStackExhausted: `the stack is full. ${STACK_FULL}`,
};

/** Instructions of one halfword whose upper half says which they are (DDI 0403E A7.7). */
const UDF = 0xde;
const SVC = 0xdf;
const BKPT = 0xbe;
const ERASED = 0xffff;

/** Why a program of Kickstage's ended itself, where the instruction says so (A7.7.194: UDF and its immediate). */
export function trapOf(instruction: number | undefined): TrapReason | undefined {
  if (instruction === undefined || instruction >>> 8 !== UDF) return undefined;
  return trapReason(instruction & 0xff);
}

/** In words; undefined where nothing can be guessed. */
export function likelyCause(fault: FaultReport, context: FaultContext): string | undefined {
  const { instruction, stack } = context;
  const isUndefined = statusBits(fault.bits, CFSR_BITS).some(({ name }) => name === 'UNDEFINSTR');
  const trap = isUndefined ? trapOf(instruction) : undefined;
  if (trap) return TRAPS[trap];
  const overflow = stack && stackCause(fault, stack);
  if (overflow) return overflow;
  if (fault.bits === 0 && instruction !== undefined) return withoutStatus(instruction >>> 8);
  const names = new Set(statusBits(fault.bits, CFSR_BITS).map(({ name }) => name));
  const rule = RULES.find(([bit]) => names.has(bit));
  return rule?.[1](fault, context);
}

/** Bytes below the stack pointer that one instruction may push. */
const MOST_PUSHED = 256;

function stackCause({ registers: { sp }, address }: FaultReport, { start, end }: AddressRange): string | undefined {
  if (sp > end)
    return `the stack pointer is above the stack's end ${formatAddress(end)}: more was taken off than was put there`;
  const isPush = address !== undefined && address < start && address < sp && sp - address <= MOST_PUSHED;
  if (sp >= start && !isPush) return undefined;
  return `the stack is full: it may reach down to ${formatAddress(start)}, the stack pointer is ${formatAddress(sp)}. ${STACK_FULL}`;
}

/** HardFaults that CFSR says nothing of. */
function withoutStatus(opcode: number): string | undefined {
  if (opcode === BKPT) return 'a breakpoint instruction, and no debugger is there';
  if (opcode === SVC)
    return 'a supervisor call where its handler cannot run: interrupts are off, or a handler runs that is as urgent';
  return undefined;
}

type Rule = (fault: FaultReport, context: FaultContext) => string;

/** The first that fits is told. */
const RULES: readonly (readonly [bit: string, cause: Rule])[] = [
  ['STKERR', () => 'the stack pointer is not in memory: a stack that is full, or a wrong one'],
  ['MSTKERR', () => 'the stack pointer is where memory may not be written: a stack that is full, or a wrong one'],
  [
    'INVPC',
    () => 'a handler returned by an address that is not the one in lr at its entry, or its stack was overwritten',
  ],
  ['INVSTATE', evenJump],
  ['IBUSERR', wildJump],
  ['IACCVIOL', wildJump],
  ['PRECISERR', wrongAddress],
  ['DACCVIOL', forbidden],
  ['IMPRECISERR', () => 'a store some instructions before went to an address where nothing is'],
  ['DIVBYZERO', () => 'an integer was divided by zero'],
  [
    'UNALIGNED',
    ({ address }) =>
      `${address === undefined ? 'the address' : formatAddress(address)} is not a multiple of what is read or written there`,
  ],
  ['NOCP', () => 'a floating-point instruction while the unit is off: SCB_CPACR enables it'],
  ['UNDEFINSTR', noCode],
];

function evenJump({ pc }: FaultReport): string {
  if (pc === 0) return 'a jump to 0: a reference to a function that is null';
  return `a jump to the even address ${formatAddress(pc)}: code is Thumb code, and addresses of functions are odd`;
}

function wildJump({ pc }: FaultReport): string {
  return `execution went to ${formatAddress(pc)}, where no code is: an overwritten return address, or a wrong address of a function`;
}

function noCode({ pc }: FaultReport, { instruction, flash }: FaultContext): string {
  if (instruction === ERASED && flash && contains(flash, pc))
    return `execution went to ${formatAddress(pc)}, where flash is erased: an image that is not there, or a wrong address`;
  return 'what runs is no code: a jump went wrong, or flash holds something else';
}

function forbidden({ address }: FaultReport): string {
  const what = address === undefined ? 'the address' : formatAddress(address);
  return `${what} may not be accessed so: a region of the memory protection unit forbids it, or none allows it`;
}

/** Below it, an address is a reference that is null and a field's offset. */
const NULL_PAGE = 0x400;

function wrongAddress({ address }: FaultReport): string {
  if (address === undefined) return 'an address that is no memory and no register';
  if (address < NULL_PAGE) return 'a reference that is null, or a pointer that is 0';
  return `${formatAddress(address)} is no memory and no register of this chip: a pointer that is wrong, or an index out of its bounds`;
}
