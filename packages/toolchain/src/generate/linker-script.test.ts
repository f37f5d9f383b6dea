import { expect, test } from 'vitest';
import { generateLd, generateMemoryX } from './linker-script.ts';
import { filesOf } from './sample-files.ts';

test('memory.x: the slot, the RAM before the mailbox, the mailbox', () => {
  const files = filesOf(generateMemoryX);
  expect(Object.keys(files)).toEqual(['generated/one/memory.x', 'generated/two/memory.x']);
  const text = files['generated/two/memory.x'];
  expect(text).toMatch(/FLASH : ORIGIN = 0x08010000, LENGTH = 0x00010000 /);
  expect(text).toMatch(/RAM : ORIGIN = 0x20000000, LENGTH = 0x0001FFC0 /);
  expect(text).toMatch(/^__kickstage_mailbox_start = 0x2001FFC0;$/m);
  expect(text).toMatch(/^__kickstage_mailbox_end = 0x20020000;$/m);
});

test('the linker script: memory, place of the vectors, what is asserted', () => {
  const text = filesOf(generateLd)['generated/one/one.ld'];
  expect(text).toMatch(/FLASH \(rx\) : ORIGIN = 0x08004000, LENGTH = 0x00004000 /);
  expect(text).toMatch(/RAM \(rw\) : ORIGIN = 0x20000000, LENGTH = 0x0001FFC0 /);
  expect(text).toMatch(/\.vectors ORIGIN\(FLASH\) : \{\s+__vectors_start = \.;\s+KEEP\(\*\(\.vectors\)\)/);
  expect(text).toMatch(/__vectors_end - __vectors_start <= 408, "one: /);
  expect(text.match(/^ASSERT\(.*\)$/gm)).toHaveLength(6);
});

test('a mailbox at the start of RAM lies before what images use', () => {
  const config = { mailbox: { at: 0x2000_0000 } };
  const text = filesOf(generateLd, config)['generated/one/one.ld'];
  expect(text).toMatch(/RAM \(rw\) : ORIGIN = 0x20000040, LENGTH = 0x0001FFC0 /);
  expect(text).not.toContain('lies behind it');
});

test('a verified image is linked for the place behind its header', () => {
  const apps = { one: { entry: 'one.ts', size: '16K', verify: 'hash' } };
  const text = filesOf(generateLd, { apps })['generated/one/one.ld'];
  expect(text).toMatch(/FLASH \(rx\) : ORIGIN = 0x08004200, LENGTH = 0x00003E00 /);
});
