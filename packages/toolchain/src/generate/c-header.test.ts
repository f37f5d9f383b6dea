import { expect, test } from 'vitest';
import { generateC } from './c-header.ts';
import { filesOf, MAGIC_WORDS } from './sample-files.ts';

const PATH = 'generated/c/kickstage.h';

test('addresses, numbers of the apps, offsets', () => {
  const text = filesOf(generateC)[PATH];
  const defined = Object.fromEntries([...text.matchAll(/^#define KICKSTAGE_(\w+) (\S+)$/gm)].map(([, k, v]) => [k, v]));
  expect(defined).toMatchObject({
    SLOT_START_TWO: '0x08010000u',
    SLOT_SIZE_TWO: '0x00010000u',
    APP_TWO: '1u',
    MAILBOX_ADDRESS: '0x2001FFC0u',
    MAILBOX_MAGIC: '0x424D534Bu',
    MAILBOX_REPORT_FLAGS: '20u',
    REQUEST_BOOT: '1u',
    STATUS_BAD_STACK: '2u',
    RESET_SOFTWARE: '3u',
  });
  expect(text).toContain('kickstage_crc32_step');
});

test('magic words: each app has its own, and no CRC is computed', () => {
  const text = filesOf(generateC, MAGIC_WORDS)[PATH];
  expect(text).toContain('#define KICKSTAGE_MAGIC_WORD_TWO 0xCAFEBABEu\n');
  expect(text).toContain('if (app == KICKSTAGE_APP_TWO) word = KICKSTAGE_MAGIC_WORD_TWO;');
  expect(text).not.toContain('crc32');
});
