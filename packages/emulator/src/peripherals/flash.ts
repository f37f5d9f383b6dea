/**
 * Flash interface: RM0383 Rev 3, chapter 3. Modelled: latency and caches (kept), the key sequence and lock, sector erase,
 * mass erase, programming by 8, 16 and 32 bits, busy times, error flags, erase counts. Programming only clears bits.
 * Reading flash while it is busy stalls the processor on silicon: here an operation lets its time pass at once. Not
 * modelled, and refused: 64-bit programming, option bytes, interrupts.
 */
import { type AddressRange, contains } from '@kickstage/base/ranges';
import { type AccessSize, type EmitEvent, EmulationError, type Scheduler } from '../peripheral.ts';
import { field, type Register, RegisterBlock } from './register-block.ts';

const KEY1 = 0x45670123;
const KEY2 = 0xcdef89ab;
const PG = 1 << 0;
const SER = 1 << 1;
const MER = 1 << 2;
const STRT = 1 << 16;
const LOCK = 0x80000000;
const EOP = 1 << 0;
const PGAERR = 1 << 5;
const PGPERR = 1 << 6;
const PGSERR = 1 << 7;
const BSY = 1 << 16;

/** RM0383 Rev 3, 3.8. */
const REGISTERS: readonly Register[] = [
  { name: 'ACR', offset: 0x00, reset: 0, writable: 0x0f0f | 0x1f00 },
  { name: 'KEYR', offset: 0x04, reset: 0, writable: 0, ignored: 0xffffffff },
  { name: 'OPTKEYR', offset: 0x08, reset: 0, writable: 0, ignored: 0xffffffff },
  { name: 'SR', offset: 0x0c, reset: 0, writable: 0, ignored: 0x101f3 },
  { name: 'CR', offset: 0x10, reset: LOCK, writable: 0x0300037f, ignored: 0x80010000 },
  { name: 'OPTCR', offset: 0x14, reset: 0x00ffaaed, writable: 0x0fffffff },
];

/** Seconds, typical: DS10314, 6.3.12, by PSIZE (8, 16, 32 bits). */
const ERASE_SECONDS: Readonly<Record<number, readonly number[]>> = {
  16384: [0.4, 0.3, 0.25],
  65536: [1.2, 0.7, 0.55],
  131072: [2, 1.3, 1],
};
const PROGRAM_SECONDS = 16e-6;

export interface FlashOptions {
  readonly sectors: readonly AddressRange[];
  /** The array itself, from the first sector's start. */
  readonly memory: Uint8Array;
  readonly scheduler: Scheduler;
  readonly cpuHz: () => number;
  readonly emit: EmitEvent;
  /** Bytes changed: code decoded from there is stale. */
  readonly onChange: (range: AddressRange) => void;
}

export class Flash extends RegisterBlock {
  /** Erases of each sector since the machine was made. */
  readonly eraseCounts: number[];
  private readonly options: FlashOptions;
  private keys = 0;

  constructor(options: FlashOptions) {
    super('FLASH', REGISTERS);
    this.options = options;
    this.eraseCounts = options.sectors.map(() => 0);
  }

  /** A store of the processor into the array. */
  program(address: number, size: AccessSize, value: number): void {
    const cr = this.get('CR');
    const psize = field(cr, 0x300);
    if (this.get('SR') & BSY) throw new EmulationError('EMU008', 'flash is programmed while an operation is under way');
    if (!(cr & PG) || cr & LOCK) return this.fail(PGSERR, address, 'without PG');
    if (size !== 2 ** psize)
      return this.fail(PGPERR, address, `with ${size * 8} bits while PSIZE says ${8 * 2 ** psize}`);
    if (address % size !== 0) return this.fail(PGAERR, address, 'across an alignment');
    const { memory, sectors, emit, onChange } = this.options;
    const offset = address - sectors[0].start;
    for (let i = 0; i < size; i++) {
      const wanted = (value >>> (8 * i)) & 0xff;
      memory[offset + i] &= wanted;
    }
    onChange({ start: address, end: address + size });
    emit({ event: 'flash', op: 'program', address, size });
    return this.begin(PROGRAM_SECONDS);
  }

  protected override onRead(name: string): number {
    return name === 'KEYR' || name === 'OPTKEYR' ? 0 : this.get(name);
  }

  protected override onWrite(name: string, value: number, old: number): void {
    switch (name) {
      case 'KEYR':
        return this.unlock(value);
      case 'OPTKEYR':
      case 'OPTCR':
        return this.refuse(name, 'programming of option bytes');
      case 'SR':
        this.set('SR', old & ~(value & 0x1f3));
        return;
      case 'CR':
        return this.writeControl(value, old);
      default:
        this.store(name, value);
    }
  }

  protected override onReset(): void {
    this.keys = 0;
    this.options.scheduler.cancel('FLASH');
  }

  protected override saveExtra(): unknown {
    return { keys: this.keys, eraseCounts: [...this.eraseCounts] };
  }

  protected override loadExtra(extra: unknown): void {
    const { keys, eraseCounts } = extra as { keys: number; eraseCounts: number[] };
    this.keys = keys;
    this.eraseCounts.splice(0, eraseCounts.length, ...eraseCounts);
    if (this.get('SR') & BSY) this.begin(0);
  }

  /** A wrong key locks until the next reset (RM0383 Rev 3, 3.5.1). */
  private unlock(value: number): void {
    const expected = [KEY1, KEY2][this.keys];
    if (value !== expected) {
      this.keys = 2;
      throw new EmulationError('EMU008', 'FLASH_KEYR got a wrong key: flash stays locked until the next reset');
    }
    this.keys++;
    if (this.keys === 2) this.set('CR', (this.get('CR') & ~LOCK) >>> 0);
  }

  private writeControl(value: number, old: number): void {
    if (old & LOCK && value & ~LOCK) throw new EmulationError('EMU008', 'FLASH_CR is written while it is locked');
    if (value & 0x03000000) this.refuse('CR', 'an interrupt');
    this.store('CR', value);
    if (value & LOCK) {
      this.set('CR', this.get('CR') | LOCK);
      this.keys = 0;
    }
    if (value & STRT && !(old & STRT)) this.start(value);
  }

  private start(cr: number): void {
    if (this.get('SR') & BSY)
      throw new EmulationError('EMU008', 'FLASH_CR.STRT is set while an operation is under way');
    const { sectors } = this.options;
    if (cr & MER) {
      sectors.forEach((_, i) => this.erase(i));
      return this.begin(8);
    }
    if (!(cr & SER)) return this.fail(PGSERR, sectors[0].start, 'STRT without SER or MER');
    const index = field(cr, 0x78);
    if (index >= sectors.length)
      throw new EmulationError('EMU008', `FLASH_CR.SNB names sector ${index}, which does not exist`);
    this.erase(index);
    const size = sectors[index].end - sectors[index].start;
    return this.begin(ERASE_SECONDS[size]?.[field(cr, 0x300)] ?? 1);
  }

  private erase(index: number): void {
    const { sectors, memory, emit, onChange } = this.options;
    const sector = sectors[index];
    memory.fill(0xff, sector.start - sectors[0].start, sector.end - sectors[0].start);
    this.eraseCounts[index]++;
    onChange(sector);
    emit({ event: 'flash', op: 'erase', address: sector.start, size: sector.end - sector.start });
  }

  private begin(seconds: number): void {
    const { scheduler, cpuHz } = this.options;
    this.set('SR', this.get('SR') | BSY);
    scheduler.schedule('FLASH', scheduler.now() + Math.max(1, Math.ceil(seconds * cpuHz())), () => {
      this.set('SR', (this.get('SR') & ~BSY) | EOP);
      this.set('CR', this.get('CR') & ~STRT);
    });
  }

  /** What silicon reports in a flag is reported in the flag. */
  private fail(flag: number, _address: number, _how: string): void {
    this.set('SR', this.get('SR') | flag);
  }

  /** Whether an address lies in the array. */
  holds(address: number): boolean {
    return this.options.sectors.some((sector) => contains(sector, address));
  }
}
