import { app, defineConfig } from 'kickstage';
import { blackpill, nucleoL476rg } from 'kickstage/boards';

/** Board, strategy and version are chosen from outside: BOARD=l476 STRATEGY=swap IMAGE=v2 kickstage build --out build/v2 */
const { BOARD = 'f411', STRATEGY = 'alternate', IMAGE = 'v1' } = process.env;

export default defineConfig({
  board: BOARD === 'l476' ? nucleoL476rg : blackpill,
  bootloader: { entry: 'boot/main.ts', size: '16K' },
  // An app on trial that does not feed the watchdog for four seconds is taken back.
  updates: { trialWatchdog: 4000 },
  apps: {
    app: app({
      entry: `apps/${IMAGE}.ts`,
      size: '128K',
      update: { strategy: STRATEGY as 'alternate' | 'swap' | 'direct' | 'overwrite' },
    }),
  },
  boot: { default: 'app' },
});
