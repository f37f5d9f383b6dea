/**
 * Loads and stores: DDI 0403E A7.7. Main RAM and flash are accessed in place, aligned; what is elsewhere is left to the
 * general path before anything has changed. `rs`, `ss` and `fs` are the bytes of RAM that may be read and written and of
 * flash that may be read.
 */
import type { Instruction } from '../instruction.ts';
import { type Describe, type MemoryLayout, type Place, plain, type Step, word } from './step.ts';

type Size = 1 | 2 | 4;

interface Access {
  readonly size: Size;
  readonly isStore: boolean;
  /** Of what was read. */
  readonly extend: (value: string) => string;
}

const same = (value: string) => value;
const load = (size: Size, extend = same): Access => ({ size, isStore: false, extend });
const store = (size: Size): Access => ({ size, isStore: true, extend: same });

const ACCESSES: Readonly<Record<string, Access>> = {
  LDR: load(4),
  LDRH: load(2),
  LDRB: load(1),
  LDRSH: load(2, (value) => `${value} << 16 >> 16`),
  LDRSB: load(1, (value) => `${value} << 24 >> 24`),
  STR: store(4),
  STRH: store(2),
  STRB: store(1),
};

const LOG2 = { 1: 0, 2: 1, 4: 2 } as const;

/** The element at byte offset `y` of `ram` or `flash`. */
const element = (array: 'ram' | 'flash', size: Size) =>
  size === 1 ? `${array}8[y]` : `${array}${8 * size}[y >>> ${LOG2[size]}]`;

/** Whether offset `y` is aligned and below `limit`. */
const isWithin = (limit: string, size: Size) =>
  size === 1 ? `y >>> 0 < ${limit}` : `y >>> 0 < ${limit} && (y & ${size - 1}) === 0`;

const leaving = (text: (place: Place) => string): Step => ({ reads: 0, writes: 0, mayLeave: true, text });

/** A signed difference as the text of a sum's second half. */
export const plus = (n: number) => ((n | 0) === 0 ? '' : ` + ${word(n)}`);

/** Reads at the address `base + offset` into `r`; `after` follows, on each way. */
function loadText(place: Place, access: Access, base: string, offset: number, r: number, after = ''): string {
  const { ramStart, flashStart } = place.memory;
  const { size, extend } = access;
  const take = (array: 'ram' | 'flash') => `{ w = ${extend(element(array, size))};${after} r${r} = w; }`;
  return (
    `y = ${base}${plus(offset - ramStart)} | 0; if (${isWithin('rs', size)}) ${take('ram')} ` +
    `else { y = y${plus(ramStart - flashStart)} | 0; if (${isWithin('fs', size)}) ${take('flash')} else ${place.leave} }`
  );
}

function storeText(place: Place, { size }: Access, base: string, offset: number, value: string, after = ''): string {
  return (
    `y = ${base}${plus(offset - place.memory.ramStart)} | 0; ` +
    `if (${isWithin('ss', size)}) { ${element('ram', size)} = ${value};${after} } else ${place.leave}`
  );
}

/** Folded: flash that changes takes the translation with it. */
function literal(i: Instruction, address: number, access: Access, memory: MemoryLayout): Step | undefined {
  if (access.isStore) return undefined;
  const base = (address + 4) & ~3;
  const at = (i.add ? base + i.imm : base - i.imm) | 0;
  const value = memory.literal(at, access.size);
  return value === undefined ? undefined : plain(() => `r${i.rd} = ${access.extend(word(value))};`);
}

function writeBackText(i: Instruction, offset: number): string {
  const value = `r${i.rn}${plus(offset)}`;
  return i.rn === 13 ? ` r13 = ${value} & ~3;` : ` r${i.rn} = ${value} | 0;`;
}

function byImmediate(i: Instruction, access: Access): Step | undefined {
  const offset = i.add ? i.imm : -i.imm;
  const base = `r${i.rn}`;
  // What is loaded into, or stored from, the base itself is UNPREDICTABLE.
  if (i.wback && i.rn === i.rd) return undefined;
  const after = i.wback ? writeBackText(i, offset) : '';
  const moved = i.index ? offset : 0;
  return leaving((place) =>
    access.isStore
      ? storeText(place, access, base, moved, `r${i.rd}`, after)
      : loadText(place, access, base, moved, i.rd, after),
  );
}

function byRegister(i: Instruction, access: Access): Step | undefined {
  if (i.rm === 15 || i.rm === 13) return undefined;
  const base = `r${i.rn} + (r${i.rm} << ${i.shiftAmount})`;
  return leaving((place) =>
    access.isStore ? storeText(place, access, base, 0, `r${i.rd}`) : loadText(place, access, base, 0, i.rd),
  );
}

function describeSingle(mnemonic: string, i: Instruction, address: number, memory: MemoryLayout): Step | undefined {
  const access = ACCESSES[mnemonic];
  if (!access || i.rd === 15 || i.rd === 13) return undefined;
  if (i.rn === 15) return /_lit_/.test(i.id) ? literal(i, address, access, memory) : undefined;
  return /_reg_/.test(i.id) ? byRegister(i, access) : byImmediate(i, access);
}

const registersOf = (mask: number) => Array.from({ length: 15 }, (_, r) => r).filter((r) => (mask >>> r) & 1);

/** Whether `n` words at offset `y` are within `limit`. */
export const areWithin = (limit: string, n: number) => `y >>> 0 <= ${limit} - ${4 * n} && (y & 3) === 0`;

/** LDM, POP, LDMDB; with the PC in the list it ends the block. */
const loadMultiple =
  (down: boolean): Describe =>
  (i) => {
    const n = i.extra;
    if (i.rn === 15 || n === 0 || (i.imm & 0x2000) !== 0) return undefined;
    const branches = (i.imm & 0x8000) !== 0;
    const list = registersOf(i.imm);
    const after = i.wback && !((i.imm >>> i.rn) & 1) ? `r${i.rn} = r${i.rn} ${down ? '-' : '+'} ${4 * n} | 0; ` : '';
    const loads = (array: string) => list.map((r, k) => `r${r} = ${array}[y + ${k}];`).join(' ');
    const ways = (place: Place, array: string) => {
      // A target that is not code in flash is the general path's: an exception return, or a fault.
      const check = `z = ${array}[y + ${n - 1}]${plus(-place.memory.flashStart)} | 0; if ((z & 1) === 0 || z >>> 0 >= cs) ${place.leave} `;
      const jump = branches ? ' at = z & ~1;' : '';
      return `{ y = y >>> 2; ${branches ? check : ''}${after}${loads(array)}${jump} }`;
    };
    const step = leaving((place) => {
      const { ramStart, flashStart } = place.memory;
      return (
        `y = r${i.rn}${plus((down ? -4 * n : 0) - ramStart)} | 0; if (${areWithin('rs', n)}) ${ways(place, 'ram32')} ` +
        `else { y = y${plus(ramStart - flashStart)} | 0; if (${areWithin('fs', n)}) ${ways(place, 'flash32')} else ${place.leave} }`
      );
    });
    return branches ? { ...step, moreCycles: 2, flow: { kind: 'dynamic' } } : step;
  };

const storeMultiple =
  (down: boolean): Describe =>
  (i) => {
    const n = i.extra;
    if (i.rn === 15 || n === 0 || (i.imm & 0xa000) !== 0) return undefined;
    const after = i.wback ? ` r${i.rn} = r${i.rn} ${down ? '-' : '+'} ${4 * n} | 0;` : '';
    const stores = registersOf(i.imm).map((r, k) => `ram32[y + ${k}] = r${r};`);
    return leaving(
      (place) =>
        `y = r${i.rn}${plus((down ? -4 * n : 0) - place.memory.ramStart)} | 0; ` +
        `if (${areWithin('ss', n)}) { y = y >>> 2; ${stores.join(' ')}${after} } else ${place.leave}`,
    );
  };

/** rd = Rt, ra = Rt2. */
function describeDual(mnemonic: string, i: Instruction): Step | undefined {
  if (i.rn === 15 || i.rd === 13 || i.ra === 13 || i.rd === 15 || i.ra === 15) return undefined;
  if (i.wback && (i.rn === i.rd || i.rn === i.ra)) return undefined;
  const offset = i.add ? i.imm : -i.imm;
  const after = i.wback ? writeBackText(i, offset) : '';
  const start = (place: Place) => `y = r${i.rn}${plus((i.index ? offset : 0) - place.memory.ramStart)} | 0; `;
  if (mnemonic === 'STRD')
    return leaving(
      (place) =>
        `${start(place)}if (${areWithin('ss', 2)}) { y = y >>> 2; ram32[y] = r${i.rd}; ram32[y + 1] = r${i.ra};${after} } ` +
        `else ${place.leave}`,
    );
  const take = (array: string) =>
    `{ y = y >>> 2; x = ${array}[y]; w = ${array}[y + 1];${after} r${i.rd} = x; r${i.ra} = w; }`;
  return leaving((place) => {
    const { ramStart, flashStart } = place.memory;
    return (
      `${start(place)}if (${areWithin('rs', 2)}) ${take('ram32')} ` +
      `else { y = y${plus(ramStart - flashStart)} | 0; if (${areWithin('fs', 2)}) ${take('flash32')} else ${place.leave} }`
    );
  });
}

const MULTIPLE: Readonly<Record<string, Describe>> = {
  LDM: loadMultiple(false),
  LDMDB: loadMultiple(true),
  POP: loadMultiple(false),
  STM: storeMultiple(false),
  STMDB: storeMultiple(true),
  PUSH: storeMultiple(true),
};

export function describeMemory(
  mnemonic: string,
  i: Instruction,
  address: number,
  memory: MemoryLayout,
): Step | undefined {
  if (/^(LDRD|STRD)$/.test(mnemonic)) return describeDual(mnemonic, i);
  const multiple = MULTIPLE[mnemonic];
  return multiple ? multiple(i, address) : describeSingle(mnemonic, i, address, memory);
}
