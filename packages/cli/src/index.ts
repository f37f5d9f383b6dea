/** `kickstage`: what a boot.config.ts imports. */
export type { AppConfig, BootloaderConfig, Config, MailboxConfig, Size } from '@kickstage/memory-map/define';
export { app, defineConfig, KiB } from '@kickstage/memory-map/define';
