/** Binaryen's file with its WebAssembly in it, in small. */
import { describe, expect, test } from 'vitest';
import { splitBinaryen } from './bundle-compiler.ts';

/** `wasm` as binaryen's build writes it: 0 as character 256, what a template literal needs escaped. */
const literal = (wasm: readonly number[]) =>
  `\`${wasm.map((byte) => (byte === 0 ? '\\0' : byte < 32 || byte > 126 ? `\\x${byte.toString(16).padStart(2, '0')}` : escaped(byte))).join('')}\``;
const escaped = (byte: number) => String.fromCharCode(byte).replace(/[`\\$]/, '\\$&');

/** A custom section whose bytes a template literal must escape. */
const WASM = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, 5, 1, 0x60, 0x5c, 0x24, 0xff];

describe('splitBinaryen', () => {
  test('takes the WebAssembly out, and the program reads it from a file', () => {
    const { code, wasm } = splitBinaryen(`var w;function f(r){return r}w??=f(${literal(WASM)}),g(w);`);
    expect([...wasm]).toEqual(WASM);
    expect(code).toBe(
      "import{readFileSync as readWasm}from'node:fs';var w;function f(r){return r}w??=readWasm(new URL('./binaryen.wasm',import.meta.url)),g(w);",
    );
  });

  test('another way to hold it ends the build', () => {
    expect(() => splitBinaryen("w??=fetch('binaryen.wasm')")).toThrow('tools/bundle-compiler.ts must learn how');
    expect(() => splitBinaryen('w??=f(`\\0asm`)')).toThrow('no WebAssembly');
  });
});
