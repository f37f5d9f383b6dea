/**
 * A processor's exceptions for a module in V8, as far as random modules of interrupt-wat.ts use them: SVC is taken at once,
 * PendSV as soon as neither PRIMASK, BASEPRI nor a handler of its priority or above stands against it (DDI 0403E B1.5.4).
 */
import { ICSR, OBJECTS, PENDSVCLR, PENDSVSET, type SharedObject } from './interrupt-wat.ts';
import { DEVICE, TracedDevice } from './traced-device.ts';

export const PRIORITY = { svc: 0x40, pendSv: 0xc0 } as const;
const NUMBER = { svc: 11, pendSv: 14 } as const;
/** Below every priority. */
const THREAD = 0x100;

export class InterruptModel {
  /** Exceptions taken so far. */
  taken = 0;
  readonly device = new TracedDevice(() => {
    this.isPending = true;
  });
  private readonly instance: WebAssembly.Instance;
  private primask = 0;
  private basepri = 0;
  private isPending = false;
  private priority: number = THREAD;
  private number = 0;

  constructor(wasm: Uint8Array) {
    this.device.reset();
    this.instance = new WebAssembly.Instance(new WebAssembly.Module(wasm.slice()), this.imports());
  }

  bytesOf({ at, size }: SharedObject): Uint8Array {
    return new Uint8Array((this.instance.exports.memory as WebAssembly.Memory).buffer, at, size);
  }

  main(a: number, b: number): number {
    return (this.instance.exports.main as (a: number, b: number) => number)(a, b);
  }

  private imports(): WebAssembly.Imports {
    const view = () => new DataView((this.instance.exports.memory as WebAssembly.Memory).buffer);
    const nothing = () => {};
    return {
      data: Object.fromEntries(OBJECTS.map(({ name, at }) => [name, at])),
      mmio: Object.fromEntries(
        ([1, 2, 4] as const).flatMap((size) => [
          [`ld${8 * size}`, (address: number) => this.readRegister(address, size)],
          [`st${8 * size}`, (address: number, word: number) => this.writeRegister(address, size, word)],
        ]),
      ),
      volatile: {
        ld8: (address: number) => view().getUint8(address),
        ld16: (address: number) => view().getUint16(address, true),
        ld32: (address: number) => view().getInt32(address, true),
        st8: (address: number, word: number) => view().setUint8(address, word),
        st16: (address: number, word: number) => view().setUint16(address, word, true),
        st32: (address: number, word: number) => view().setInt32(address, word, true),
      },
      cpu: {
        ...Object.fromEntries(['dsb', 'isb', 'dmb', 'nop', 'sev'].map((name) => [name, nothing])),
        cpsid: () => this.mask(1, this.basepri),
        cpsie: () => this.mask(0, this.basepri),
        msr_basepri: (word: number) => this.mask(this.primask, word & 0xff),
        mrs_primask: () => this.primask,
        mrs_basepri: () => this.basepri,
        mrs_ipsr: () => this.number,
        svc: () => this.enter('svc', 'SVC_Handler'),
      },
    };
  }

  private mask(primask: number, basepri: number): void {
    this.primask = primask;
    this.basepri = basepri;
    this.takePending();
  }

  private readRegister(address: number, size: 1 | 2 | 4): number {
    const value = this.device.read(address - DEVICE.start, size);
    this.takePending();
    return value;
  }

  private writeRegister(address: number, size: 1 | 2 | 4, word: number): void {
    if (address >>> 0 !== ICSR) this.device.write(address - DEVICE.start, size, word);
    else if (word & PENDSVSET) this.isPending = true;
    else if (word & PENDSVCLR) this.isPending = false;
    this.takePending();
  }

  private takePending(): void {
    const { pendSv } = PRIORITY;
    const isMasked = () => this.primask !== 0 || (this.basepri !== 0 && pendSv >= this.basepri);
    while (this.isPending && !isMasked() && pendSv < this.priority) {
      this.isPending = false;
      this.enter('pendSv', 'PendSV_Handler');
    }
  }

  private enter(exception: keyof typeof PRIORITY, handler: string): void {
    const { priority, number } = this;
    this.taken++;
    this.priority = PRIORITY[exception];
    this.number = NUMBER[exception];
    (this.instance.exports[handler] as () => void)();
    this.priority = priority;
    this.number = number;
    this.takePending();
  }
}
