/** Files made of the sample layout, for the tests of this folder. */
import type { Generate } from './generated-file.ts';
import { sampleLayout } from './sample-layout.ts';

/** The magic-word protocol, in 8 bytes at the end of RAM. */
export const MAGIC_WORDS = {
  mailbox: { protocol: 'magic-word' },
  apps: {
    one: { entry: 'one.ts', size: '16K', magic: 0xdead_beef },
    two: { entry: 'two.ts', size: '64K', at: 0x0801_0000, magic: 0xcafe_babe },
  },
};

/** App `one` ends and `two` begins within the sector at 0x0802_0000. */
export const SHARED_SECTOR = {
  apps: {
    one: { entry: 'one.ts', at: 0x0800_4000, size: '128K', sharedSectors: 'preserve' },
    two: { entry: 'two.ts', at: 0x0802_4000, size: '112K', sharedSectors: 'preserve' },
  },
};

/** Texts by path. */
export function filesOf(generate: Generate, config: object = {}): Record<string, string> {
  const { layout, facts } = sampleLayout(config);
  return Object.fromEntries(generate(layout, facts).map(({ path, text }) => [path, text]));
}
