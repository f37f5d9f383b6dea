/** OpenOCD, gdb, the editor, probe-rs and updaters: the addresses that they are given. */
import { expect, test } from 'vitest';
import { generateAssemblyScript } from './assemblyscript.ts';
import { generateDfuTargets, memoryString } from './dfu-targets.ts';
import { generateGdb } from './gdb.ts';
import { generateOpenocd } from './openocd.ts';
import { generateProbeRs } from './probe-rs.ts';
import { filesOf, MAGIC_WORDS, SHARED_SECTOR } from './sample-files.ts';
import { sampleLayout } from './sample-layout.ts';
import { rangesToKeep } from './shared-sectors.ts';
import { generateVscode } from './vscode.ts';

test('layout.ts has one header', () => {
  const text = filesOf(generateAssemblyScript)['generated/layout.ts'];
  expect(text.match(/^\/\/ Generated/gm)).toHaveLength(1);
  expect(text).toContain('export const enum App { one = 0, two = 1 }');
});

test('bytes to keep: what of shared sectors is not the slot', () => {
  const { layout } = sampleLayout(SHARED_SECTOR);
  expect(layout.apps.map((app) => rangesToKeep(layout, app))).toEqual([
    [{ start: 0x0802_4000, end: 0x0804_0000 }],
    [{ start: 0x0802_0000, end: 0x0802_4000 }],
  ]);
  expect(rangesToKeep(layout, layout.bootloader)).toEqual([]);
});

test('openocd.cfg', () => {
  const text = filesOf(generateOpenocd)['generated/openocd.cfg'];
  expect(text).toContain('source [find target/stm32f4x.cfg]');
  expect(text).toContain('program build/two.bin 0x08010000 verify');
  const shared = filesOf(generateOpenocd, SHARED_SECTOR)['generated/openocd.cfg'];
  expect(shared).toContain('dump_image build/kept-two-0.bin 0x08020000 0x00004000');
  expect(shared).toContain('flash erase_address pad 0x08024000 0x0001C000');
});

test('gdb: the request of the record protocol, word by word', () => {
  const text = filesOf(generateGdb)['generated/one.gdb'];
  expect(text).toMatch(/define kickstage-switch-two\n((?: {2}set .*\n){4}) {2}kickstage-reset\nend/);
  expect(text).toContain('set *(unsigned int *)0x2001FFC0 = 0x424D534B\n');
  expect(text).toContain('set *(unsigned int *)0x2001FFC4 = 0x00000101\n');
  expect(text).toContain('set *(unsigned int *)0x2001FFC8 = 0x00000001\n');
  expect(text).toMatch(/\nfile build\/one\.elf\n[\s\S]*\nload\n/);
});

test('gdb: the magic word; all of flash where a sector is shared', () => {
  const text = filesOf(generateGdb, MAGIC_WORDS)['generated/one.gdb'];
  expect(text).toMatch(/define kickstage-switch-two\n {2}set \*\(unsigned int \*\)0x2001FF\w\w = 0xCAFEBABE\n/);
  expect(filesOf(generateGdb, SHARED_SECTOR)['generated/two.gdb']).toContain('\nload build/flash.hex\n');
});

test('probe-rs: base addresses; what is shared is restored', () => {
  const text = filesOf(generateProbeRs)['generated/probe-rs.sh'];
  expect(text).toContain('--base-address 0x08010000 build/two.bin\n');
  expect(text).toContain('KICKSTAGE_CHIP:-STM32F411CEUx}');
  expect(text).not.toContain('restore-unwritten');
  const shared = filesOf(generateProbeRs, SHARED_SECTOR)['generated/probe-rs.sh'];
  expect(shared.match(/--restore-unwritten/g)).toHaveLength(2);
});

test('the editor loads bootloader and app, all of flash where a sector is shared', () => {
  const loaded = (config: object) => {
    const text = filesOf(generateVscode, config)['.vscode/launch.json'].replace(/^\/\/.*\n/, '');
    const { configurations } = JSON.parse(text) as { configurations: { name: string; loadFiles?: string[] }[] };
    return configurations.find(({ name }) => name === 'Debug two')?.loadFiles?.map((path) => path.split('/').at(-1));
  };
  expect(loaded({})).toEqual(['bootloader.elf', 'two.elf']);
  expect(loaded(SHARED_SECTOR)).toEqual(['flash.hex']);
});

test('the editor attaches to the virtual board, with the symbols of all images', () => {
  const parse = (name: string) => JSON.parse(filesOf(generateVscode)[`.vscode/${name}`].replace(/^\/\/.*\n/, ''));
  const entry = parse('launch.json').configurations.at(-1);
  expect(entry).toMatchObject({ request: 'attach', servertype: 'external', gdbTarget: 'localhost:3333' });
  expect(entry.symbolFiles.map((path: string) => path.split('/').at(-1))).toEqual([
    'bootloader.elf',
    'one.elf',
    'two.elf',
  ]);
  const task = parse('tasks.json').tasks.find(({ label }: { label: string }) => label === entry.preLaunchTask);
  expect(task).toMatchObject({ args: ['kickstage', 'run', '--gdb'], isBackground: true });
  expect('waiting for gdb on 127.0.0.1:3333').toMatch(new RegExp(task.problemMatcher.background.endsPattern));
});

test('dfu-targets.json', () => {
  const targets = JSON.parse(filesOf(generateDfuTargets)['generated/dfu-targets.json']);
  expect(targets).toMatchObject({
    part: 'STM32F411CEUx',
    uf2: { family: '0x57755A57' },
    usb: { vendor: '0x0483', product: '0xDF11' },
    dfuse: { memory: '@Internal Flash /0x08000000/04*016Kg,01*064Kg,03*128Kg' },
  });
  expect(targets.images[2]).toEqual({
    name: 'two',
    kind: 'app',
    version: '0.0.0',
    file: 'build/two.bin',
    address: '0x08010000',
    size: 65536,
  });
});

test.each([
  [[{ count: 128, size: 1024 }], '128*001Kg'],
  [[{ count: 2, size: 1024 * 1024 }], '02*001Mg'],
  [[{ count: 4, size: 528 }], '04*528Bg'],
])('sectors as a DfuSe device shows them: %j', (runs, text) => {
  expect(memoryString(0, runs)).toBe(`@Internal Flash /0x00000000/${text}`);
});
