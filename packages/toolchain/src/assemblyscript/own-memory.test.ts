import binaryen from 'binaryen';
import { expect, test } from 'vitest';
import { accessOwnMemory } from './own-memory.ts';

const TEXT = `(module
  (import "volatile" "ld8" (func $l8 (param i32) (result i32)))
  (import "volatile" "ld16" (func $l16 (param i32) (result i32)))
  (import "mmio" "ld32" (func $l32 (param i32) (result i32)))
  (import "mmio" "st8" (func $s8 (param i32 i32)))
  (import "volatile" "st16" (func $s16 (param i32 i32)))
  (import "volatile" "st32" (func $s32 (param i32 i32)))
  (import "link" "ld32" (func $other (param i32) (result i32)))
  (memory (export "memory") 1)
  (export "other" (func $other))
  ${['l8', 'l16', 'l32'].map((name) => `(func (export "${name}") (param i32) (result i32) (call $${name} (local.get 0)))`).join('\n')}
  ${['s8', 's16', 's32'].map((name) => `(func (export "${name}") (param i32 i32) (call $${name} (local.get 0) (local.get 1)))`).join('\n')})`;

test('what lies in the module is read and written there; the rest is asked for, and imports of other modules stay', () => {
  const asked: string[] = [];
  const ask = (name: string) => (address: number, value?: number) => {
    asked.push(value === undefined ? `${name} ${address}` : `${name} ${address} ${value}`);
    return 77;
  };
  const text = binaryen.parseText(TEXT);
  const module = new WebAssembly.Module(accessOwnMemory(text.emitBinary(), 0x1000) as BufferSource);
  text.dispose();
  const { exports } = new WebAssembly.Instance(module, {
    volatile: { ld8: ask('ld8'), ld16: ask('ld16'), st16: ask('st16'), st32: ask('st32') },
    mmio: { ld32: ask('ld32'), st8: ask('st8') },
    link: { ld32: ask('link') },
  });
  const f = exports as Record<string, (...args: number[]) => number>;
  f.s32(0x104, 0x8899_aabb);
  f.s16(0x104, 0x1_1122);
  f.s8(0x107, 0x1ff);
  expect([f.l32(0x104) >>> 0, f.l16(0x106), f.l8(0x104)]).toEqual([0xff99_1122, 0xff99, 0x22]);
  expect([f.l32(0x101) >>> 0, f.l32(0xffc)]).toEqual([0x2200_0000, 0]);
  expect(asked).toEqual([]);
  f.s32(0x1000, 1);
  f.s16(-4, 2);
  f.s8(0x2000, 3);
  expect([f.l8(0x1000), f.l16(0x1000), f.l32(-4), f.other(8)]).toEqual([77, 77, 77, 77]);
  expect(asked).toEqual(['st32 4096 1', 'st16 -4 2', 'st8 8192 3', 'ld8 4096', 'ld16 4096', 'ld32 -4', 'link 8']);
});
