/** A target for tests: memory and registers without a processor. It stops as the test says, and notes what was asked. */
import type { DebugTarget, MemoryRegion, ResumeAction, TargetStop, WatchKind } from './target.ts';

export const FAKE_RAM = { start: 0x2000_0000, size: 0x100 };
export const FAKE_FLASH = { start: 0x0800_0000, size: 0x800, sectorSize: 0x400 };

export class FakeTarget implements DebugTarget {
  hasFpu = false;
  readonly log: string[] = [];
  readonly registers = new Map<string, number>();
  readonly ram = new Uint8Array(FAKE_RAM.size);
  readonly flash = new Uint8Array(FAKE_FLASH.size).fill(0xff);
  /** What the next resumes give; `running` when there are none. */
  stops: TargetStop[] = [];

  readRegister(name: string): number | undefined {
    return name === 'psp' ? undefined : (this.registers.get(name) ?? 0);
  }

  writeRegister(name: string, value: number): boolean {
    this.registers.set(name, value);
    return name !== 'psp';
  }

  private place(address: number): { bytes: Uint8Array; offset: number } {
    const isFlash = address >= FAKE_FLASH.start && address < FAKE_RAM.start;
    return isFlash
      ? { bytes: this.flash, offset: address - FAKE_FLASH.start }
      : { bytes: this.ram, offset: address - FAKE_RAM.start };
  }

  readMemory(address: number, size: number): Uint8Array {
    const { bytes, offset } = this.place(address);
    return offset < 0 || offset >= bytes.length ? new Uint8Array() : bytes.slice(offset, offset + size);
  }

  writeMemory(address: number, written: Uint8Array): boolean {
    const { bytes, offset } = this.place(address);
    if (offset < 0 || offset + written.length > bytes.length) return false;
    bytes.set(written, offset);
    return true;
  }

  insertBreakpoint(address: number): boolean {
    this.log.push(`insert ${address.toString(16)}`);
    return this.readMemory(address, 2).length === 2;
  }

  removeBreakpoint(address: number): void {
    this.log.push(`remove ${address.toString(16)}`);
  }

  insertWatchpoint(watch: WatchKind, address: number, size: number): boolean {
    this.log.push(`insert ${watch} ${address.toString(16)} ${size}`);
    return true;
  }

  removeWatchpoint(watch: WatchKind, address: number, size: number): void {
    this.log.push(`remove ${watch} ${address.toString(16)} ${size}`);
  }

  resume(action: ResumeAction): TargetStop {
    this.log.push(
      action.kind === 'range' ? `range ${action.start.toString(16)} ${action.end.toString(16)}` : action.kind,
    );
    return this.stops.shift() ?? { kind: 'running' };
  }

  halt(): void {
    this.log.push('halt');
  }

  reset(): void {
    this.log.push('reset');
  }

  flashErase(address: number, size: number): boolean {
    const { sectorSize } = FAKE_FLASH;
    if (address % sectorSize !== 0 || size % sectorSize !== 0) return false;
    return this.writeMemory(address, new Uint8Array(Math.min(size, FAKE_FLASH.size)).fill(0xff));
  }

  flashWrite(address: number, bytes: Uint8Array): boolean {
    return this.place(address).bytes === this.flash && this.writeMemory(address, bytes);
  }

  monitor(command: string): string {
    this.log.push(`monitor ${command}`);
    return command === 'quiet' ? '' : `said ${command}\n`;
  }

  memoryMap(): readonly MemoryRegion[] {
    return [
      { kind: 'flash', ...FAKE_FLASH },
      { kind: 'ram', ...FAKE_RAM },
    ];
  }
}
