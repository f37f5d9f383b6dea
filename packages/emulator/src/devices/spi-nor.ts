/**
 * Serial NOR flash on a SPI port, as Winbond's W25QxxJV (their datasheets, instructions). The chip listens while it is
 * selected; the first byte is a command. Reads answer byte by byte; what changes something happens when the chip is
 * deselected. Programming and erasing take their time, in which only the status registers can be read.
 *
 * The data of a page program beyond the end of the page wrap to its begin; of more than a page the last stay. Protected
 * are the blocks that BP and TB of the status register say. Power that fails in the middle of an operation leaves it torn
 * (`powerFails`); a reset of the microcontroller does not reach the chip.
 *
 * Strict: what the chip ignores ends the run: a program, erase or status write without write enable, anything but a
 * status read while it is busy, anything but a release while it is powered down, a write to protected blocks, an address
 * beyond its end, SPI modes other than 0 and 3. Not modelled, and refused: suspending, security registers, SFDP, the
 * unique id, two and four data lines, protection other than by BP and TB.
 */
import type { ExternalFlash } from '@kickstage/chips/board';
import type { EraseTime } from '@kickstage/chips/chip';
import { copyPlain } from '../nonvolatile/copy-plain.ts';
import { Noise } from '../nonvolatile/noise.ts';
import { type Device, type EmitEvent, EmulationError, type ResetKind, type Scheduler } from '../peripheral.ts';
import type { ClockTree } from '../peripherals/clock-tree.ts';
import { Countdown } from '../peripherals/countdown.ts';
import { hex } from '../peripherals/register-block.ts';
import type { SpiBus, SpiMode } from '../peripherals/spi-port.ts';
import { type Nonvolatile, type PowerFailure, patternOf, type TornOperation } from '../power.ts';
import { type ArrayOperation, NorArray } from './nor-array.ts';
import {
  NOR_COMMANDS,
  NOR_TIMES,
  NOR_TIMING,
  type NorCommand,
  STATUS_1,
  STATUS_REFUSED,
  STATUS_WRITABLE,
} from './spi-nor-commands.ts';

/** What has to be known of a chip. Without times it has those of the W25Q64JV. */
export type NorFacts = Pick<
  ExternalFlash,
  'name' | 'sectors' | 'erasedByte' | 'pageSize' | 'jedecId' | 'connection' | 'timing'
>;

export interface SpiNorOptions {
  readonly facts: NorFacts;
  readonly scheduler: Scheduler;
  readonly clocks: ClockTree;
  readonly emit: EmitEvent;
  /** An operation begins that takes so many cycles. */
  readonly onOperation?: (cycles: number) => void;
  /** Erases that a sector stands; without it any number. */
  readonly endurance?: number | undefined;
  /** Of what is random about torn bits and worn sectors. */
  readonly seed?: number | undefined;
}

/** What the chip works at, with nobody listening. */
type Work = ArrayOperation | { readonly op: 'status'; readonly values: readonly number[] } | { readonly op: 'reset' };

/** Since it was selected. */
interface Transfer {
  readonly command: NorCommand | undefined;
  /** Bytes after the command. */
  count: number;
  address: number;
  /** What came after address and dummy bytes, as far as it matters. */
  readonly data: number[];
  /** The clock stopped within a byte: what changes something is not done. */
  isBroken: boolean;
}

export class SpiNor implements Device, Nonvolatile, SpiBus {
  private readonly options: SpiNorOptions;
  private readonly array: NorArray;
  private readonly working: Countdown;
  private readonly waking: Countdown;
  private isSelected = false;
  private transfer: Transfer | undefined;
  private work: Work | undefined;
  /** Of the work, in seconds. */
  private workTime = 0;
  private readonly noise: Noise;
  private readonly status = [0, 0, 0];
  private isWriteEnabled = false;
  private isDown = false;
  /** Enable Reset came just before. */
  private mayReset = false;

  constructor(options: SpiNorOptions) {
    this.options = options;
    const { facts, scheduler, clocks, endurance, seed = 1 } = options;
    this.array = new NorArray({ ...facts, endurance, seed });
    this.noise = new Noise(seed);
    const countdown = (key: string, onEnd: () => void) =>
      new Countdown({ key: `${facts.name}.${key}`, scheduler, clocks, hz: () => 1, onEnd });
    this.working = countdown('work', () => this.finish());
    this.waking = countdown('wake', () => {});
  }

  get name(): string {
    return this.options.facts.name;
  }

  /** Its bytes, for tests and for loading it as a programmer does. */
  get bytes(): Uint8Array {
    return this.array.bytes;
  }

  /** Erases of each sector since it was made. */
  get eraseCounts(): readonly number[] {
    return this.array.eraseCounts;
  }

  /** Whether it is selected: else it leaves the bus alone. */
  get listens(): boolean {
    return this.isSelected;
  }

  get isBusy(): boolean {
    return this.work !== undefined;
  }

  /** The select signal falls or rises. `isMidByte`: a byte is on its way. */
  select(isSelected: boolean, isMidByte = false): void {
    if (isSelected === this.isSelected) return;
    this.isSelected = isSelected;
    if (isMidByte) throw this.misuse('its select pin changes within a byte: wait until SPI_SR.BSY is 0');
    const { transfer } = this;
    this.transfer = undefined;
    if (!isSelected && transfer?.command && !transfer.isBroken) this.act(transfer.command, transfer);
  }

  /** Only while it is selected. */
  exchange(byte: number, mode: SpiMode): number {
    if (mode === 1 || mode === 2) throw this.misuse(`SPI mode ${mode} is used; it takes 0 and 3 (CPOL, CPHA)`);
    if (!this.transfer) {
      this.transfer = { command: this.take(byte), count: 0, address: 0, data: [], isBroken: false };
      return 0xff;
    }
    return this.answer(this.transfer, byte);
  }

  cutShort(): void {
    if (this.transfer) this.transfer.isBroken = true;
  }

  /** An operation that is under way stays torn, and the chip forgets what it does not keep. */
  powerFails(failure: PowerFailure): TornOperation | undefined {
    const { work } = this;
    const part = Math.max(0, Math.min(1, 1 - this.working.periodsLeft() / this.workTime));
    this.forget();
    if (!work || work.op === 'reset') return undefined;
    const { random } = failure;
    const torn = { unit: this.name, op: work.op, part, pattern: patternOf(failure) };
    if (work.op === 'status') {
      if (random() < part) work.values.forEach((value, i) => this.setStatus(i, value));
      return { ...torn, address: 0, size: 0 };
    }
    this.array.tear(work, { ...torn, random });
    return { ...torn, address: work.address, size: work.op === 'erase' ? work.size : work.bytes.length };
  }

  /** Only power-on reaches it, and is a power failure where nobody has cut power off. */
  reset(kind: ResetKind): void {
    if (kind === 'power-on') this.powerFails({ random: this.noise.next });
  }

  snapshot(): unknown {
    const { isSelected, transfer, work, workTime, status, isWriteEnabled, isDown, mayReset } = this;
    const fields = { isSelected, transfer, work, workTime, isWriteEnabled, isDown, mayReset };
    const ends = [this.working.snapshot(), this.waking.snapshot()];
    // The array's pages are shared.
    return { ...copyPlain({ fields, status, ends, noise: this.noise.state }), array: this.array.snapshot() };
  }

  restore(state: unknown): void {
    const { array, ...rest } = state as { array: unknown };
    const { fields, status, ends, noise } = copyPlain(rest) as unknown as {
      fields: object;
      status: number[];
      ends: (number | undefined)[];
      noise: number;
    };
    this.noise.state = noise;
    Object.assign(this, fields);
    this.status.splice(0, 3, ...status);
    this.working.restore(ends[0]);
    this.waking.restore(ends[1]);
    this.array.restore(array);
  }

  private forget(): void {
    this.working.stop();
    this.waking.stop();
    this.transfer = undefined;
    this.work = undefined;
    this.isWriteEnabled = this.isDown = this.mayReset = false;
  }

  /** The first byte. */
  private take(byte: number): NorCommand {
    const command = NOR_COMMANDS[byte];
    if (!command) {
      throw new EmulationError('EMU004', `${this.name}: the command ${hex(byte, 2)} is not modelled`);
    }
    const { name, kind } = command;
    if (this.isBusy && kind !== 'read-status') throw this.misuse(`${name} (${hex(byte, 2)}) comes while it is busy`);
    if (this.isDown && kind !== 'release')
      throw this.misuse(`${name} (${hex(byte, 2)}) comes while it is powered down`);
    if (this.waking.isRunning) throw this.misuse(`${name} (${hex(byte, 2)}) comes while it is still waking up`);
    return command;
  }

  private answer(transfer: Transfer, byte: number): number {
    const command = transfer.command!;
    const at = transfer.count++;
    const { address = 0, dummy = 0 } = command;
    if (at < address) {
      transfer.address = (transfer.address << 8) | byte;
      if (at === address - 1) this.checkAddress(command, transfer.address);
      return 0xff;
    }
    const place = at - address - dummy;
    if (place < 0) return 0xff;
    switch (command.kind) {
      case 'read':
        return this.array.read((transfer.address + place) % this.array.size);
      case 'read-status':
        return this.readStatus(command.register!);
      case 'jedec-id':
        return (this.options.facts.jedecId >>> (8 * (2 - (place % 3)))) & 0xff;
      case 'device-id':
        return (place + transfer.address) % 2 === 0 ? this.options.facts.jedecId >>> 16 : this.deviceId();
      case 'release':
        return this.deviceId();
      default:
        transfer.data.push(byte);
        return 0xff;
    }
  }

  /** One less than the capacity byte of the JEDEC id: the datasheets' identification table. */
  private deviceId(): number {
    return (this.options.facts.jedecId & 0xff) - 1;
  }

  private checkAddress({ name, kind }: NorCommand, address: number): void {
    if (kind === 'device-id' || address < this.array.size) return;
    throw this.misuse(`${name} of address ${hex(address, 6)}, which is beyond its end (${hex(this.array.size, 6)})`);
  }

  private readStatus(register: number): number {
    const busy = this.isBusy ? STATUS_1.BUSY : 0;
    // A write enables itself until it has ended.
    const enabled = this.isWriteEnabled ? STATUS_1.WEL : 0;
    return this.status[register] | (register === 0 ? busy | enabled : 0);
  }

  /** The chip is deselected: what the command changes happens. */
  private act(command: NorCommand, { count, address, data }: Transfer): void {
    const mayReset = this.mayReset;
    this.mayReset = command.kind === 'enable-reset';
    switch (command.kind) {
      case 'write-enable':
        this.isWriteEnabled = true;
        return;
      case 'write-disable':
        this.isWriteEnabled = false;
        return;
      case 'program':
        return this.program(command, address, data);
      case 'erase':
        return this.erase(command, count, address);
      case 'erase-chip':
        return this.start(command, { op: 'erase', address: 0, size: this.array.size }, this.chipEraseSeconds());
      case 'write-status':
        return this.writeStatus(command, data);
      case 'power-down':
        this.isDown = true;
        return void this.waking.start(NOR_TIMES.powerDown);
      case 'release':
        if (this.isDown) this.waking.start(NOR_TIMES.release);
        this.isDown = false;
        return;
      case 'reset':
        if (!mayReset) throw this.misuse('Reset Device (0x99) comes without Enable Reset (0x66) just before it');
        return this.resetDevice();
      default:
    }
  }

  private program(command: NorCommand, address: number, data: readonly number[]): void {
    if (data.length === 0) throw this.misuse(`${command.name} is ended before its first byte`);
    const { pageSize, timing = NOR_TIMING } = this.options.facts;
    const page = address - (address % pageSize);
    const bytes = new Uint8Array(pageSize).fill(0xff);
    data.forEach((byte, i) => {
      bytes[(address + i) % pageSize] = byte;
    });
    this.start(command, { op: 'program', address: page, bytes }, timing.program.typical);
    this.emit('program', address, Math.min(data.length, pageSize));
  }

  private erase(command: NorCommand, count: number, given: number): void {
    if (count < 3) throw this.misuse(`${command.name} is ended before its address`);
    const size = command.eraseSize!;
    const time = (this.options.facts.timing ?? NOR_TIMING).erase.find((row) => row.sectorSize === size);
    if (!time)
      throw new EmulationError('EMU004', `${this.name}: ${command.name} is not modelled: its time is not known`);
    const address = given - (given % size);
    this.start(command, { op: 'erase', address, size }, time.typical);
  }

  /** The facts have no time for it: that of all its blocks one after the other, which the datasheets' value is near. */
  private chipEraseSeconds(): number {
    const [largest] = [...this.eraseTimes()].sort((a, b) => b.sectorSize - a.sectorSize);
    return (this.array.size / largest.sectorSize) * largest.typical;
  }

  private eraseTimes(): readonly EraseTime[] {
    return (this.options.facts.timing ?? NOR_TIMING).erase;
  }

  private writeStatus(command: NorCommand, data: readonly number[]): void {
    const register = command.register!;
    if (data.length === 0) throw this.misuse(`${command.name} is ended before its value`);
    const values = [...this.status];
    // A second byte after 0x01 goes to the second register.
    data.slice(0, register === 0 ? 2 : 1).forEach((value, i) => {
      const [bits, what] = STATUS_REFUSED[register + i];
      if (value & bits) throw new EmulationError('EMU004', `${this.name}: ${what} is not modelled`);
      values[register + i] = value;
    });
    this.start(command, { op: 'status', values }, NOR_TIMES.writeStatus);
  }

  private start({ name }: NorCommand, work: Work, seconds: number): void {
    if (!this.isWriteEnabled) throw this.misuse(`${name} comes without Write Enable (0x06) before it`);
    if (work.op === 'program' || work.op === 'erase') this.checkProtection(name, work);
    this.work = work;
    this.workTime = seconds;
    const cycles = this.working.start(seconds);
    this.options.onOperation?.(cycles);
    if (work.op !== 'erase') return;
    this.array.countErase(work.address, work.size);
    this.emit('erase', work.address, work.size);
  }

  /** Write enable falls with the end of what it enabled. */
  private finish(): void {
    const { work } = this;
    this.work = undefined;
    if (!work || work.op === 'reset') return;
    this.isWriteEnabled = false;
    if (work.op === 'status') work.values.forEach((value, i) => this.setStatus(i, value));
    else this.array.complete(work);
  }

  private setStatus(register: number, value: number): void {
    const bits = STATUS_WRITABLE[register];
    this.status[register] = (this.status[register] & ~bits) | (value & bits);
  }

  private resetDevice(): void {
    this.forget();
    this.work = { op: 'reset' };
    this.working.start(NOR_TIMES.reset);
  }

  /** By BP a 64th of the chip and its doubles, 64 KiB at least, from the top, or from the bottom with TB. */
  private checkProtection(name: string, work: ArrayOperation): void {
    const bp = (this.status[0] & STATUS_1.BP) >>> 2;
    if (bp === 0) return;
    const { size } = this.array;
    const protectedSize = bp === 7 ? size : Math.min(size, Math.max(0x10000, size / 64) * 2 ** (bp - 1));
    const start = this.status[0] & STATUS_1.TB ? 0 : size - protectedSize;
    const end = work.address + (work.op === 'erase' ? work.size : work.bytes.length);
    if (work.address >= start + protectedSize || end <= start) return;
    throw this.misuse(`${name} at ${hex(work.address, 6)}: the block is protected (BP is ${bp})`);
  }

  private emit(op: 'erase' | 'program', address: number, size: number): void {
    this.options.emit({ event: 'flash', op, address, size, unit: this.name });
  }

  private misuse(text: string): EmulationError {
    return new EmulationError('EMU013', `${this.name}: ${text}`);
  }
}
