import { app, defineConfig } from 'kickstage';
import { blackpill } from 'kickstage/boards';

/**
 * The addresses and magic words of an existing system, so that its apps run unchanged beside these. app1 ends and app2
 * begins inside the 128K erase sector at 0x08020000: whoever flashes one of them must keep the other's bytes.
 */
export default defineConfig({
  board: blackpill,
  bootloader: { entry: 'boot/main.ts', size: '16K' },
  mailbox: { protocol: 'magic-word', at: 0x2001fff8 },
  apps: {
    app1: app({
      entry: 'apps/app1.ts',
      version: '1.0.0',
      at: 0x08004000,
      size: '128K',
      magic: 0xdeadbeef,
      sharedSectors: 'preserve',
    }),
    app2: app({
      entry: 'apps/app2.ts',
      version: '1.0.0',
      at: 0x08024000,
      size: '368K',
      magic: 0xcafebabe,
      sharedSectors: 'preserve',
    }),
  },
  boot: { default: 'app1' },
});
