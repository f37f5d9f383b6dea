/** Commands of Winbond's W25QxxJV: the datasheets' instruction set tables, standard SPI instructions. */
import type { FlashTiming } from '@kickstage/chips/chip';
import { w25q64 } from '@kickstage/chips/nor-flash';

export const STATUS_1 = { BUSY: 1 << 0, WEL: 1 << 1, BP: 0x1c, TB: 1 << 5, SEC: 1 << 6, SRP: 1 << 7 } as const;
const STATUS_2 = { SRL: 1 << 0, QE: 1 << 1, LB: 0x38, CMP: 1 << 6 } as const;
const STATUS_3 = { WPS: 1 << 2, DRV: 0x60 } as const;

/** Bits of the three status registers that a write sets; the others keep their value. */
export const STATUS_WRITABLE = [STATUS_1.BP | STATUS_1.TB, STATUS_2.QE, STATUS_3.DRV] as const;
/** Bits whose setting is not modelled. */
export const STATUS_REFUSED = [
  [STATUS_1.SEC | STATUS_1.SRP, 'protection by small sectors, or of the status registers (SEC, SRP)'],
  [STATUS_2.SRL | STATUS_2.LB | STATUS_2.CMP, 'locks and inverted protection (SRL, LB, CMP)'],
  [STATUS_3.WPS, 'locks of single blocks (WPS)'],
] as const;

export interface NorCommand {
  readonly name: string;
  /** Bytes of address after the command, and of no meaning after that. */
  readonly address?: 3;
  readonly dummy?: number;
  /** What it does. Reads answer byte by byte; the others happen when the chip is deselected. */
  readonly kind:
    | 'read'
    | 'jedec-id'
    | 'device-id'
    | 'read-status'
    | 'write-enable'
    | 'write-disable'
    | 'write-status'
    | 'program'
    | 'erase'
    | 'erase-chip'
    | 'power-down'
    | 'release'
    | 'enable-reset'
    | 'reset';
  /** Of the status register, 0 to 2. */
  readonly register?: number;
  /** Bytes that an erase command erases. */
  readonly eraseSize?: number;
}

const KIB = 1024;

export const NOR_COMMANDS: Readonly<Record<number, NorCommand>> = {
  1: { name: 'Write Status Register-1', kind: 'write-status', register: 0 },
  2: { name: 'Page Program', kind: 'program', address: 3 },
  3: { name: 'Read Data', kind: 'read', address: 3 },
  4: { name: 'Write Disable', kind: 'write-disable' },
  5: { name: 'Read Status Register-1', kind: 'read-status', register: 0 },
  6: { name: 'Write Enable', kind: 'write-enable' },
  11: { name: 'Fast Read', kind: 'read', address: 3, dummy: 1 },
  17: { name: 'Write Status Register-3', kind: 'write-status', register: 2 },
  21: { name: 'Read Status Register-3', kind: 'read-status', register: 2 },
  32: { name: 'Sector Erase (4 KiB)', kind: 'erase', address: 3, eraseSize: 4 * KIB },
  49: { name: 'Write Status Register-2', kind: 'write-status', register: 1 },
  53: { name: 'Read Status Register-2', kind: 'read-status', register: 1 },
  82: { name: 'Block Erase (32 KiB)', kind: 'erase', address: 3, eraseSize: 32 * KIB },
  96: { name: 'Chip Erase', kind: 'erase-chip' },
  102: { name: 'Enable Reset', kind: 'enable-reset' },
  144: { name: 'Manufacturer/Device ID', kind: 'device-id', address: 3 },
  153: { name: 'Reset Device', kind: 'reset' },
  159: { name: 'JEDEC ID', kind: 'jedec-id' },
  171: { name: 'Release Power-down / ID', kind: 'release', dummy: 3 },
  185: { name: 'Power-down', kind: 'power-down' },
  199: { name: 'Chip Erase', kind: 'erase-chip' },
  216: { name: 'Block Erase (64 KiB)', kind: 'erase', address: 3, eraseSize: 64 * KIB },
};

/** Of the W25Q64JV's AC characteristics, for a chip whose own are not given. */
export const NOR_TIMING: FlashTiming = w25q64({ port: '', select: '' }).timing!;

/** Seconds, of the datasheets' AC characteristics: typical, or what is guaranteed where there is no typical value. */
export const NOR_TIMES = {
  /** tW, write status register. */
  writeStatus: 10e-3,
  /** tDP, deselected to power-down. */
  powerDown: 3e-6,
  /** tRES1, deselected to awake. */
  release: 3e-6,
  /** tRST, deselected to ready. */
  reset: 30e-6,
} as const;
