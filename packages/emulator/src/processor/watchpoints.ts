/** Watchpoints: ranges of addresses at whose access the processor halts. */
import type { AccessSize } from '../peripheral.ts';
import type { Cpu } from './cpu.ts';
import { type WatchAccess, WatchpointHit } from './halt.ts';

interface Watchpoint {
  readonly access: WatchAccess;
  readonly address: number;
  readonly size: number;
}

export class Watchpoints {
  private readonly cpu: Cpu;
  private readonly all: Watchpoint[] = [];

  constructor(cpu: Cpu) {
    this.cpu = cpu;
  }

  add(access: WatchAccess, address: number, size: number): void {
    this.remove(access, address, size);
    this.all.push({ access, address: address >>> 0, size });
    this.apply();
  }

  remove(access: WatchAccess, address: number, size: number): void {
    const i = this.all.findIndex((w) => w.access === access && w.address === address >>> 0 && w.size === size);
    if (i >= 0) this.all.splice(i, 1);
    this.apply();
  }

  removeAll(): void {
    this.all.length = 0;
    this.apply();
  }

  private apply(): void {
    const isEmpty = this.all.length === 0;
    this.cpu.bus.watch(isEmpty ? undefined : (address, size, isWrite) => this.see(address, size, isWrite));
  }

  private see(address: number, size: AccessSize, isWrite: boolean): void {
    const hit = this.all.find(
      (w) => address < w.address + w.size && w.address < address + size && w.access !== (isWrite ? 'read' : 'write'),
    );
    if (!hit) return;
    const halt = { reason: 'watchpoint', access: hit.access, address: hit.address } as const;
    // Entry and return of an exception cannot be repeated: they are completed.
    if (this.cpu.exceptions.isStacking) this.cpu.haltAfter(halt);
    else throw new WatchpointHit(halt);
  }
}
