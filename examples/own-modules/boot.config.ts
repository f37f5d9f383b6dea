import { app, defineConfig } from 'kickstage';
import { blackpill } from 'kickstage/boards';

/** IMAGE=v2 kickstage build --out build/v2 builds the update. */
const { IMAGE = 'v1' } = process.env;

export default defineConfig({
  board: blackpill,
  bootloader: { entry: 'boot/main.ts', size: '16K' },
  updates: {
    stateModule: 'modules/state-in-backup-registers.ts',
    storageModule: 'modules/storage-with-supply-check.ts',
    trialWatchdog: 4000,
  },
  apps: {
    app: app({ entry: `apps/${IMAGE}.ts`, size: '128K', update: { strategy: 'swap' } }),
  },
  boot: { default: 'app' },
});
