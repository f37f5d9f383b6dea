import { app, defineConfig } from 'kickstage';
import { nucleoL476rg } from 'kickstage/boards';

export default defineConfig({
  board: nucleoL476rg,
  bootloader: { entry: 'boot/main.ts', size: '16K' },
  apps: {
    app1: app({ entry: 'apps/app1.ts', version: '1.0.0', size: '128K' }),
    app2: app({ entry: 'apps/app2.ts', version: '1.0.0', size: '128K' }),
  },
  boot: { default: 'app1' },
});
