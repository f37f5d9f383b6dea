import { app, defineConfig } from 'kickstage';
import { blackpill } from 'kickstage/boards';

export default defineConfig({
  board: blackpill,
  bootloader: { entry: 'boot/main.ts', size: '16K' },
  keys: { main: 'keys/main.pem' },
  apps: {
    app1: app({
      entry: 'apps/app1.ts',
      version: '1.0.0',
      size: '128K',
      verify: 'signature',
      update: { strategy: 'alternate' },
    }),
    app2: app({ entry: 'apps/app2.ts', version: '1.0.0', size: '64K', verify: 'signature' }),
  },
  boot: { default: 'app1' },
});
