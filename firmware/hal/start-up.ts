/**
 * Brings an app's variables to life: the first thing in Reset_Handler. Variables with a first value are copied from
 * flash, the others are zeroed. The linker gives the borders, aligned to words. Volatile accesses and the barrier keep
 * the compiler from using a variable before.
 */
import { dsb } from '../intrinsics/cpu';
import { __bss_end, __bss_start, __data_end, __data_load, __data_start } from '../intrinsics/link';
import { ld32, st32 } from '../intrinsics/volatile';

export function startUp(): void {
  const end = __data_end();
  let from = __data_load();
  for (let to = __data_start(); to < end; to += 4) {
    st32(to, ld32(from));
    from += 4;
  }
  const zeroEnd = __bss_end();
  for (let to = __bss_start(); to < zeroEnd; to += 4) st32(to, 0);
  dsb();
}
