import { expect, test } from 'vitest';
import { generateRust } from './rust.ts';
import { filesOf, MAGIC_WORDS } from './sample-files.ts';

const PATH = 'generated/rust/kickstage.rs';

test('constants of 32 bits', () => {
  const text = filesOf(generateRust)[PATH];
  expect(text).toContain('pub const SLOT_START_TWO: u32 = 0x0801_0000;\n');
  expect(text).toContain('pub const MAILBOX_ADDRESS: u32 = 0x2001_FFC0;\n');
  expect(text).toContain('pub const APP_TWO: u32 = 1;\n');
});

test('nothing but core is used', () => {
  for (const config of [{}, MAGIC_WORDS]) {
    expect(filesOf(generateRust, config)[PATH]).not.toMatch(/\bstd::|\balloc::|^use /m);
  }
});

test('magic words by app', () => {
  expect(filesOf(generateRust, MAGIC_WORDS)[PATH]).toContain('        APP_TWO => MAGIC_WORD_TWO,\n        _ => 0,\n');
});
