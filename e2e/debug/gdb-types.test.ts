/** What gdb says of variables, parameters and types of an ELF file, without a target. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { buildSource, type DebugBuild, imageOf, removeFolders } from './debug-build.ts';
import { askGdb } from './gdb.ts';

const { skip, label } = referee('gdb-multiarch');

const SOURCE = `import { ld32, st32 } from 'kickstage/firmware/intrinsics/mmio';

@unmanaged class Sample { value: u16; valid: bool; sum: i64; next: Sample | null; }
@unmanaged class Timed extends Sample { at: u32; }
class Meter {
  static total: u64 = 0;
  static read(port: u32, scale: u8): u32 { Meter.total += ld32(0x40020010) + port; return scale * ld32(0x40020010); }
}
const LIMIT: u16 = 1000;
const NEGATIVE: i32 = -7;
const WIDE: u64 = 0x1122_3344_5566_7788;
const names: StaticArray<u16> = [1, 2, 3];
let ready: bool = false;
let level: i8 = -3;
let shared: u32 = 77;
let text: string = 'hello';
const block = memory.data(64);

export function SysTick_Handler(): void { shared++; }

function use(sample: Timed, flag: bool, big: u64, small: i8, word: string): u32 {
  if (flag) sample.sum += <i64>big;
  sample.valid = small > level && sample.value < LIMIT && word.length > 3;
  level = small;
  ready = !ready;
  return sample.at + names[sample.at & 1] + Meter.read(sample.at, 3);
}

export function Reset_Handler(): void {
  const sample = changetype<Timed>(block);
  text = 'goodbye';
  while (true) {
    shared += use(sample, ready, WIDE, <i8>ld32(0x40020010), text) + use(sample, !ready, 1, 2, text) + NEGATIVE;
    st32(0x40020014, shared + Meter.read(3, 4));
  }
}
`;

let build: DebugBuild;
const ask = (...commands: string[]) => askGdb(build, 'app1', commands);
const lineOf = (start: string) => SOURCE.split('\n').findIndex((line) => line.startsWith(start)) + 1;
/** White space as one blank each. */
const plain = (answer: string) => answer.replace(/\s+/g, ' ');

beforeAll(async () => {
  build = await buildSource(SOURCE, 'size', ['app1']);
}, 120_000);

afterAll(removeFolders);

function addressOf(name: string): string {
  const { symbols } = imageOf(build, 'app1').linked;
  return `0x${symbols.find(({ symbol }) => symbol.name.endsWith(name))!.address.toString(16)}`;
}

describe.skipIf(skip)(label, () => {
  test('classes with their fields, those of base classes first', () => {
    const [timed, pointer, offset] = ask(
      'ptype struct Timed',
      'whatis ((Timed *)0)->next',
      'print/d (int)&((Timed *)0)->at',
    );
    expect(plain(timed)).toBe('type = struct Timed { u16 value; bool valid; i64 sum; Sample *next; u32 at; }');
    expect(pointer).toBe('type = Sample *');
    expect(offset).toMatch(/= 20$/);
  });

  test('a function and its parameters', () => {
    const [type, scope] = ask('ptype use', 'info scope use');
    expect(type).toBe('type = u32 (Timed *, bool, u64, i8, String)');
    for (const name of ['sample', 'flag', 'big', 'small', 'word']) expect(scope).toContain(`Symbol ${name} is `);
  });

  test.each([
    ['shared', 'u32'],
    ['ready', 'bool'],
    ['level', 'i8'],
    ['text', 'String'],
  ])('variable %s', (name, type) => {
    const [whatis, address] = ask(`whatis ${name}`, `info address ${name}`);
    expect(whatis).toBe(`type = ${type}`);
    expect(address).toContain(`static storage at address ${addressOf(`/${name}`)}`);
  });

  test('constants', () => {
    expect(ask('print LIMIT', 'print NEGATIVE', 'print/x WIDE')).toEqual([
      '$1 = 1000',
      '$2 = -7',
      '$3 = 0x1122334455667788',
    ]);
  });

  test('what starts with a value shows it', () => {
    const [array, names] = ask('print names[1]', 'whatis names');
    expect(array).toBe('$1 = 2');
    expect(names).toBe('type = StaticArray<u16>');
  });

  test('static variables of classes: names with a dot are quoted', () => {
    const [address, type] = ask("print &'Meter.total'", "whatis 'Meter.total'");
    expect(address).toContain(addressOf('/Meter.total'));
    expect(type).toBe('type = u64');
  });

  test('breakpoints by name: functions, methods of classes', () => {
    const [use, read] = ask('break use', 'break Meter.read');
    expect(use).toContain(`file apps/app1.ts, line ${lineOf('function use') + 1}.`);
    expect(read).toContain(`file apps/app1.ts, line ${lineOf('  static read')}.`);
  });

  test('where a variable is declared', () => {
    const [list] = ask('info variables shared');
    expect(list).toContain(`${lineOf('let shared')}:\tstatic u32 shared;`);
  });
});
