/** The functions that firmware imports and the back end turns into machine instructions, by module and name. */
import type { FuncType } from '../ir/types.ts';

export type Intrinsic =
  /** A volatile load or store of so many bytes at the address argument. */
  | { readonly kind: 'load' | 'store'; readonly width: 1 | 2 | 4; readonly type: FuncType }
  | {
      readonly kind: 'instruction';
      readonly type: FuncType;
      readonly noReturn?: boolean;
      /** Its one argument is part of the instruction: a constant of 0 to this. */
      readonly constantMaximum?: number;
    }
  /** A panic: the program must not go on. */
  | { readonly kind: 'trap'; readonly type: FuncType };

const type = (params: number, results: number): FuncType => ({
  params: Array.from({ length: params }, () => 'i32' as const),
  results: Array.from({ length: results }, () => 'i32' as const),
});

const table = new Map<string, Intrinsic>();
for (const module of ['mmio', 'volatile']) {
  for (const width of [1, 2, 4] as const) {
    table.set(`${module}.ld${width * 8}`, { kind: 'load', width, type: type(1, 1) });
    table.set(`${module}.st${width * 8}`, { kind: 'store', width, type: type(2, 0) });
  }
}
for (const name of ['dsb', 'isb', 'dmb', 'wfi', 'wfe', 'sev', 'nop', 'clrex', 'cpsid', 'cpsie', 'cpsidf', 'cpsief']) {
  table.set(`cpu.${name}`, { kind: 'instruction', type: type(0, 0) });
}
for (const name of ['msp', 'psp', 'primask', 'basepri', 'faultmask', 'control', 'ipsr', 'xpsr', 'apsr']) {
  table.set(`cpu.mrs_${name}`, { kind: 'instruction', type: type(0, 1) });
}
for (const name of ['msp', 'psp', 'primask', 'basepri', 'basepri_max', 'faultmask', 'control']) {
  table.set(`cpu.msr_${name}`, { kind: 'instruction', type: type(1, 0) });
}
for (const name of ['svc', 'bkpt', 'udf']) {
  table.set(`cpu.${name}`, { kind: 'instruction', type: type(1, 0), constantMaximum: 255 });
}
table.set('cpu.bootload', { kind: 'instruction', type: type(2, 0), noReturn: true });
table.set('cpu.abort', { kind: 'trap', type: type(0, 0) });

/** `module.name` → what it is. */
export const INTRINSICS: ReadonlyMap<string, Intrinsic> = table;
