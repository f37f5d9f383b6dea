/** A program that goes wrong in as many ways as a number in memory can name; each way is a function. */

/** Where the test writes the number of the way, and a zero that the compiler cannot know. */
export const WAY_ADDRESS = 0x2001_0000;
export const ZERO_ADDRESS = 0x2001_0004;

/** Bodies of functions `name(x: u32): u32`, where x is 0. */
export const WAYS = {
  readNothing: 'return load<u32>(0x6000_0000 + x) + 1;',
  writeFlash: 'store<u32>(0x0800_4000 + x, 7); return 1;',
  divide: 'return 1000 / x;',
  divideTwice: `const a = 1000 / x;
  st32(0x20010010, a);
  return 5000 / (x * a) + divideTwice(x - 1);`,
  overflow: 'return <u32>((<i32>x + i32.MIN_VALUE) / (<i32>x - 1));',
  noInteger: 'return <u32>(<f32>x / <f32>x);',
  unreached: 'if (x == 0) unreachable(); return x;',
  thrown: "if (x == 0) throw new Error('the valve is stuck'); return x;",
  thrownTwice: `if (x == 0) throw new Error('too hot');
  st32(0x20010010, x);
  if (x == 1) throw new Error('too cold');
  return x;`,
  noFunction: 'return call_indirect<u32>(x + 70, x);',
  unaligned: 'st32(0xe000ed14, 0x208); return load<u32>(0x2001_0001 + x);',
  evenJump: 'bootload(0x20008000, 0x08020200 + x); return 1;',
  wildJump: 'bootload(0x20008000, 0xa0000001 + x); return 1;',
  erasedJump: 'bootload(0x20008000, 0x08060001 + x); return 1;',
  overwritten: `const sp = mrs_msp();
  for (let i: u32 = 0; i < 12; i++) st32(sp + i * 4, 0xa0000001 + x);
  return x > 1 ? overwritten(x - 2) + 1 : x;`,
  recursion: 'return 1 + recursion(x + 1) * recursion(x + 2);',
  breakpoint: 'bkpt(3); return x;',
  call: 'cpsid(); svc(1); return x;',
  busFault: 'st32(0xe000ed24, 1 << 17); return load<u32>(0x6000_0000 + x) + 2;',
  lockedUp: 'return load<u32>(0x6000_0004 + x) + 3;',
  handled: 'st32(0xe000e014, 50); st32(0xe000e018, 0); st32(0xe000e010, 7); while (true) {} return x;',
} as const;

export type Way = keyof typeof WAYS;

export const wayNumber = (way: Way): number => Object.keys(WAYS).indexOf(way);

export function faultySource(): string {
  const ways = Object.entries(WAYS);
  const calls = ways.map(
    ([name], i) => `  if (way == ${i}) st32(0x20010010, ${name}(zero) + ${name}(zero + 1)); // ${name}`,
  );
  return `import { bkpt, bootload, cpsid, mrs_msp, svc } from 'kickstage/firmware/intrinsics/cpu';
import { ld32, st32 } from 'kickstage/firmware/intrinsics/mmio';
${ways.map(([name, body]) => `function ${name}(x: u32): u32 {\n  ${body}\n}`).join('\n')}
export function SysTick_Handler(): void {
  store<u32>(0x9000_0000, 1);
}
export function HardFault_Handler(): void {
  if (ld32(${WAY_ADDRESS}) == ${wayNumber('lockedUp')}) store<u32>(0x9000_0004, 1);
  while (true) {}
}
export function BusFault_Handler(): void {
  while (true) {}
}
export function Reset_Handler(): void {
  const way = ld32(${WAY_ADDRESS});
  const zero = ld32(${ZERO_ADDRESS});
${calls.join('\n')}
  while (true) {}
}
`;
}
