/** `kickstage`: what a boot.config.ts imports. */
export { app, defineConfig, KiB } from '@kickstage/memory-map/define';
