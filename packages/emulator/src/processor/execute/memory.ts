/** Loads and stores: DDI 0403E A7.7, alignment A3.2. Multiple, dual and exclusive accesses must be aligned. */
import type { Cpu } from '../cpu.ts';
import { unalignedAccess } from '../fault.ts';
import type { Execute, Instruction } from '../instruction.ts';

/** Address of the access, by immediate. */
function address(cpu: Cpu, i: Instruction): number {
  const base = i.rn === 15 ? cpu.r[15] & ~3 : cpu.r[i.rn];
  return i.index ? (i.add ? base + i.imm : base - i.imm) | 0 : base;
}

/** After the access, so that one that faults leaves the base alone. */
function writeBack(cpu: Cpu, i: Instruction): void {
  if (i.wback) cpu.write(i.rn, (i.add ? cpu.r[i.rn] + i.imm : cpu.r[i.rn] - i.imm) | 0);
}

type Read = (cpu: Cpu, address: number) => number;
type Write = (cpu: Cpu, address: number, value: number) => void;

function checkAlignment(cpu: Cpu, at: number, mask: number): void {
  if ((at & mask) !== 0 && cpu.system.trapsUnaligned()) throw unalignedAccess(at);
}

const READS: Readonly<Record<string, Read>> = {
  LDR: (cpu, at) => {
    checkAlignment(cpu, at, 3);
    return cpu.bus.read32(at);
  },
  LDRH: (cpu, at) => {
    checkAlignment(cpu, at, 1);
    return cpu.bus.read16(at);
  },
  LDRB: (cpu, at) => cpu.bus.read8(at),
  LDRSH: (cpu, at) => {
    checkAlignment(cpu, at, 1);
    return (cpu.bus.read16(at) << 16) >> 16;
  },
  LDRSB: (cpu, at) => (cpu.bus.read8(at) << 24) >> 24,
};

const WRITES: Readonly<Record<string, Write>> = {
  STR: (cpu, at, value) => {
    checkAlignment(cpu, at, 3);
    cpu.bus.write32(at, value);
  },
  STRH: (cpu, at, value) => {
    checkAlignment(cpu, at, 1);
    cpu.bus.write16(at, value);
  },
  STRB: (cpu, at, value) => cpu.bus.write8(at, value),
};

/** The unprivileged forms (LDRT and its kin) differ in what the MPU lets them do. */
export function singleAccess(mnemonic: string, isRegister: boolean): Execute | undefined {
  const name = mnemonic.replace(/T$/, '');
  const execute = ordinaryAccess(name, isRegister);
  if (!execute || name === mnemonic) return execute;
  return (cpu, i) => cpu.system.mpu.withoutPrivilege(() => execute(cpu, i));
}

function ordinaryAccess(name: string, isRegister: boolean): Execute | undefined {
  const read = READS[name];
  const write = WRITES[name];
  if (read) return isRegister ? loadRegister(read) : loadImmediate(read);
  if (write) return isRegister ? storeRegister(write) : storeImmediate(write);
  return undefined;
}

const loadImmediate =
  (read: Read): Execute =>
  (cpu, i) => {
    const value = read(cpu, address(cpu, i));
    writeBack(cpu, i);
    if (i.rd === 15) cpu.loadPc(value);
    else cpu.write(i.rd, value);
  };

const loadRegister =
  (read: Read): Execute =>
  (cpu, i) => {
    const value = read(cpu, (cpu.r[i.rn] + (cpu.r[i.rm] << i.shiftAmount)) | 0);
    if (i.rd === 15) cpu.loadPc(value);
    else cpu.write(i.rd, value);
  };

const storeImmediate =
  (write: Write): Execute =>
  (cpu, i) => {
    write(cpu, address(cpu, i), cpu.r[i.rd]);
    writeBack(cpu, i);
  };

const storeRegister =
  (write: Write): Execute =>
  (cpu, i) =>
    write(cpu, (cpu.r[i.rn] + (cpu.r[i.rm] << i.shiftAmount)) | 0, cpu.r[i.rd]);

function aligned(at: number, mask = 3): number {
  if (at & mask) throw unalignedAccess(at);
  return at;
}

/** rd = Rt, ra = Rt2. */
const ldrd: Execute = (cpu, i) => {
  const at = aligned(address(cpu, i));
  const low = cpu.bus.read32(at);
  const high = cpu.bus.read32(at + 4);
  writeBack(cpu, i);
  cpu.r[i.rd] = low;
  cpu.r[i.ra] = high;
};

const strd: Execute = (cpu, i) => {
  const at = aligned(address(cpu, i));
  cpu.bus.write32(at, cpu.r[i.rd]);
  cpu.bus.write32(at + 4, cpu.r[i.ra]);
  writeBack(cpu, i);
};

/** imm = register mask, extra = number of registers. Registers go to ascending addresses. */
const loadMultiple =
  (down: boolean): Execute =>
  (cpu, i) => {
    const base = cpu.r[i.rn];
    let at = aligned(down ? base - 4 * i.extra : base);
    const after = down ? base - 4 * i.extra : base + 4 * i.extra;
    let target: number | undefined;
    const values: number[] = [];
    for (let reg = 0; reg < 16; reg++) {
      if (!(i.imm & (1 << reg))) continue;
      values[reg] = cpu.bus.read32(at);
      at += 4;
    }
    for (let reg = 0; reg < 16; reg++) {
      if (!(i.imm & (1 << reg))) continue;
      if (reg === 15) target = values[reg];
      else cpu.r[reg] = values[reg];
    }
    // A base that is in the list keeps what was loaded.
    if (i.wback && !(i.imm & (1 << i.rn))) cpu.r[i.rn] = after;
    if (target !== undefined) cpu.loadPc(target);
  };

const storeMultiple =
  (down: boolean): Execute =>
  (cpu, i) => {
    const base = cpu.r[i.rn];
    let at = aligned(down ? base - 4 * i.extra : base);
    for (let reg = 0; reg < 15; reg++) {
      if (!(i.imm & (1 << reg))) continue;
      cpu.bus.write32(at, cpu.r[reg]);
      at += 4;
    }
    if (i.wback) cpu.r[i.rn] = down ? base - 4 * i.extra : base + 4 * i.extra;
  };

type Width = 1 | 2 | 4;

const readWidth = (cpu: Cpu, at: number, width: Width) =>
  width === 4 ? cpu.bus.read32(at) : width === 2 ? cpu.bus.read16(at) : cpu.bus.read8(at);

function writeWidth(cpu: Cpu, at: number, width: Width, value: number): void {
  if (width === 4) cpu.bus.write32(at, value);
  else if (width === 2) cpu.bus.write16(at, value);
  else cpu.bus.write8(at, value);
}

/** The local monitor: one address, cleared by exception entry and return and by CLREX (DDI 0403E A3.4). */
const loadExclusive =
  (width: Width): Execute =>
  (cpu, i) => {
    const at = aligned((cpu.r[i.rn] + i.imm) | 0, width - 1);
    cpu.exclusive = at;
    cpu.r[i.rd] = readWidth(cpu, at, width);
  };

/** rd = status register, ra = data. */
const storeExclusive =
  (width: Width): Execute =>
  (cpu, i) => {
    const at = aligned((cpu.r[i.rn] + i.imm) | 0, width - 1);
    const holds = cpu.exclusive === at;
    if (holds) writeWidth(cpu, at, width, cpu.r[i.ra]);
    cpu.exclusive = undefined;
    cpu.r[i.rd] = holds ? 0 : 1;
  };

const nothing: Execute = () => {};

export const MEMORY: Readonly<Record<string, Execute>> = {
  LDRD: ldrd,
  STRD: strd,
  LDM: loadMultiple(false),
  LDMDB: loadMultiple(true),
  POP: loadMultiple(false),
  STM: storeMultiple(false),
  STMDB: storeMultiple(true),
  PUSH: storeMultiple(true),
  LDREX: loadExclusive(4),
  LDREXH: loadExclusive(2),
  LDREXB: loadExclusive(1),
  STREX: storeExclusive(4),
  STREXH: storeExclusive(2),
  STREXB: storeExclusive(1),
  CLREX: (cpu) => {
    cpu.exclusive = undefined;
  },
  PLD: nothing,
  PLI: nothing,
  MEMHINT: nothing,
  MEMHINTS: nothing,
};
