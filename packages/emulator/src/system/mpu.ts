/**
 * The memory protection unit: DDI 0403E B3.5, with the eight regions of the Cortex-M4. Of the regions that hold an
 * address the one with the highest number decides; without one the background decides, for privileged code alone and only
 * with PRIVDEFENA. Memory attributes are kept and mean nothing here. New settings are in force at once.
 *
 * While it is off it costs nothing: `onChange` tells whether accesses have to be checked at all.
 */
import { EmulationError } from '../peripheral.ts';
import { CFSR, Fault } from '../processor/fault.ts';

const REGION_COUNT = 8;
const ENABLE = 1 << 0;
const HFNMIENA = 1 << 1;
const PRIVDEFENA = 1 << 2;
/** RBAR: B3.5.8. */
const VALID = 1 << 4;
const ADDRESS = 0xffffffe0;
/** RASR: B3.5.9. The smallest region has 32 bytes; from 256 bytes on it has eight subregions. */
const LEAST_SIZE = 4;
const LEAST_WITH_SUBREGIONS = 7;
const XN = 1 << 28;
const RASR_BITS = 0x173fff3f;
/** Offsets from 0xE000ED90. RBAR and RASR come again three times. */
const TYPE = 0x00;
const CTRL = 0x04;
const RNR = 0x08;
const RBAR = 0x0c;

type Access = 'read' | 'write' | 'execute';

/** By AP: what privileged and unprivileged code may do (B3.5.9, table B3-15). */
const PERMISSIONS: readonly (readonly [privileged: string, unprivileged: string])[] = [
  ['', ''],
  ['rw', ''],
  ['rw', 'r'],
  ['rw', 'rw'],
  ['', ''],
  ['r', ''],
  ['r', 'r'],
  ['r', 'r'],
];

interface Region {
  readonly number: number;
  readonly start: number;
  /** The last byte's address: a region may reach to the end of memory. */
  readonly last: number;
  readonly disabledParts: number;
  readonly partSize: number;
  readonly permissions: readonly [privileged: string, unprivileged: string];
  readonly isExecutable: boolean;
}

export interface MpuOptions {
  /** Whether code runs privileged now. */
  readonly isPrivileged: () => boolean;
  /** Negative in HardFault, NMI and with FAULTMASK. */
  readonly executionPriority: () => number;
  /** Whether accesses are checked from now on. */
  readonly onChange: (isOn: boolean) => void;
}

export class Mpu {
  private readonly options: MpuOptions;
  private control = 0;
  private number = 0;
  private readonly bases = new Array<number>(REGION_COUNT).fill(0);
  private readonly attributes = new Array<number>(REGION_COUNT).fill(0);
  /** Those that are on, the highest number first. */
  private regions: readonly Region[] = [];
  /** Accesses count as unprivileged: LDRT and its kin, and unstacking for unprivileged code. */
  private asUnprivileged = false;

  constructor(options: MpuOptions) {
    this.options = options;
  }

  reset(): void {
    this.control = this.number = 0;
    this.bases.fill(0);
    this.attributes.fill(0);
    this.apply();
  }

  /** By offset from 0xE000ED90. */
  read(offset: number): number {
    if (offset === TYPE) return REGION_COUNT << 8;
    if (offset === CTRL) return this.control;
    if (offset === RNR) return this.number;
    return isBase(offset) ? (this.bases[this.number] | this.number) >>> 0 : this.attributes[this.number];
  }

  write(offset: number, value: number): void {
    if (offset === TYPE) return;
    if (offset === CTRL) this.control = value & (ENABLE | HFNMIENA | PRIVDEFENA);
    else if (offset === RNR) this.select(value);
    else if (isBase(offset)) this.writeBase(value);
    else this.attributes[this.number] = (value & RASR_BITS) >>> 0;
    this.apply();
  }

  snapshot(): unknown {
    const { control, number, bases, attributes } = this;
    return { control, number, bases: [...bases], attributes: [...attributes] };
  }

  restore(state: unknown): void {
    const { control, number, bases, attributes } = state as {
      control: number;
      number: number;
      bases: number[];
      attributes: number[];
    };
    this.control = control;
    this.number = number;
    this.bases.splice(0, REGION_COUNT, ...bases);
    this.attributes.splice(0, REGION_COUNT, ...attributes);
    this.apply();
  }

  /** Does something whose accesses count as unprivileged. */
  withoutPrivilege(act: () => void): void {
    const before = this.asUnprivileged;
    this.asUnprivileged = true;
    try {
      act();
    } finally {
      this.asUnprivileged = before;
    }
  }

  /** Throws the fault of an access that is not allowed. Each of its bytes counts. */
  check(address: number, size: number, access: Access): void {
    if (!(this.control & HFNMIENA) && this.options.executionPriority() < 0) return;
    const isPrivileged = !this.asUnprivileged && this.options.isPrivileged();
    const start = address >>> 0;
    if (this.allows(start, access, isPrivileged) && this.allows((start + size - 1) >>> 0, access, isPrivileged)) return;
    const who = isPrivileged ? 'privileged' : 'unprivileged';
    const text = `${who} ${access} of 0x${start.toString(16).padStart(8, '0')}: the MPU does not allow it`;
    if (access === 'execute') throw new Fault('MemManage', CFSR.IACCVIOL, text);
    throw new Fault('MemManage', CFSR.DACCVIOL | CFSR.MMARVALID, text, start);
  }

  private allows(address: number, access: Access, isPrivileged: boolean): boolean {
    // The private peripheral bus is not the MPU's (B3.5.1).
    if (address >= 0xe0000000 && address < 0xe0100000) return true;
    const region = this.regions.find((candidate) => holds(candidate, address));
    if (!region) return isPrivileged && (this.control & PRIVDEFENA) !== 0;
    const rights = region.permissions[isPrivileged ? 0 : 1];
    if (access === 'execute') return region.isExecutable && rights !== '';
    return access === 'write' ? rights === 'rw' : rights !== '';
  }

  private writeBase(value: number): void {
    if (value & VALID) this.select(value & 15);
    this.bases[this.number] = (value & ADDRESS) >>> 0;
  }

  private select(number: number): void {
    if (number >= REGION_COUNT) {
      throw new EmulationError('EMU005', `the MPU has ${REGION_COUNT} regions; region ${number} is chosen`);
    }
    this.number = number;
  }

  private apply(): void {
    const isOn = (this.control & ENABLE) !== 0;
    const all = this.bases.map((base, number) => regionOf(number, base, this.attributes[number]));
    this.regions = all.filter((region) => region !== undefined).reverse();
    this.options.onChange(isOn);
  }
}

function isBase(offset: number): boolean {
  return ((offset - RBAR) & 7) === 0;
}

/** A region that is on. Its base is aligned to its size (B3.5.8). */
function regionOf(number: number, base: number, attributes: number): Region | undefined {
  if (!(attributes & ENABLE)) return undefined;
  const bits = (attributes >>> 1) & 31;
  if (bits < LEAST_SIZE) throw new EmulationError('EMU005', `MPU region ${number} has the reserved size ${bits}`);
  const size = 2 ** (bits + 1);
  const start = base - (base % size);
  const ap = (attributes >>> 24) & 7;
  if (ap === 4) throw new EmulationError('EMU005', `MPU region ${number} has the reserved permissions 4`);
  return {
    number,
    start,
    last: start + size - 1,
    disabledParts: bits < LEAST_WITH_SUBREGIONS ? 0 : (attributes >>> 8) & 0xff,
    partSize: size / 8,
    permissions: PERMISSIONS[ap],
    isExecutable: (attributes & XN) === 0,
  };
}

function holds({ start, last, disabledParts, partSize }: Region, address: number): boolean {
  if (address < start || address > last) return false;
  return disabledParts === 0 || ((disabledParts >>> Math.floor((address - start) / partSize)) & 1) === 0;
}
