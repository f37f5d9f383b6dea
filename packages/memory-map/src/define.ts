/**
 * What a user writes in boot.config.ts. `app` and `defineConfig` add nothing to the values but where they were called,
 * so that a diagnostic can say file, line and column.
 */
import type { Board } from '@kickstage/chips/board';
import { withCallSite } from './call-site.ts';
import type { AppSigningConfig, KeyConfig } from './signing/config.ts';
import type { AppUpdateConfig, UpdatesConfig } from './updates/config.ts';

/** `'64K'`, `'1M'`, or bytes: `KiB(64)`. */
export type Size = string | number;

export interface AppConfig extends AppSigningConfig {
  /** Firmware source, relative to the config. */
  readonly entry: string;
  /** `1.2.3`. */
  readonly version?: string;
  readonly size: Size;
  /** Address of the slot; without it the tool places the app. */
  readonly at?: number;
  /** The word that names the app in the magic-word protocol. */
  readonly magic?: number;
  /** The app can be updated: `true`, or how. */
  readonly update?: true | AppUpdateConfig;
  /** What computes f32: the chip's floating-point unit, which is the default, or routines, as for f64. */
  readonly floats?: 'fpu' | 'soft';
  /** Accept that the slot shares an erase sector: flash tools then keep the neighbour's bytes. */
  readonly sharedSectors?: 'preserve';
}

export interface MailboxConfig {
  readonly protocol?: 'record' | 'magic-word';
  /** Address; without it the end of RAM. */
  readonly at?: number;
}

export interface BootloaderProtection {
  readonly flash?: boolean;
  readonly ram?: boolean;
}

export interface BootloaderConfig {
  readonly entry: string;
  readonly size: Size;
  readonly version?: string;
  readonly at?: number;
  /** `full`: room for every interrupt, for a bootloader that enables some. Default: the system exceptions only. */
  readonly vectors?: 'system' | 'full';
  /**
   * How it protects itself: `flash`: its erase sectors, by option bytes that it writes at its first start; `ram`: nothing
   * is executed from RAM while it runs, by the MPU.
   */
  readonly protect?: BootloaderProtection;
  /** As for apps. The unit is switched off again before an app starts. */
  readonly floats?: 'fpu' | 'soft';
}

export interface Config<Name extends string = string> {
  readonly board: Board;
  readonly bootloader: BootloaderConfig;
  readonly apps: Readonly<Record<Name, AppConfig>>;
  readonly mailbox?: MailboxConfig;
  /** Keys that sign images, by name: files of public halves, or of private ones to sign with. */
  readonly keys?: Readonly<Record<string, string | KeyConfig>>;
  /** What all apps' updates share. */
  readonly updates?: UpdatesConfig;
  readonly boot: {
    readonly default: NoInfer<Name>;
    /** Order in which other apps are tried; without it the order of the config. */
    readonly fallback?: readonly NoInfer<Name>[];
  };
}

/** An app of the config. */
export function app(config: AppConfig): AppConfig {
  return withCallSite(config);
}

/** The whole config. Names of apps are literal types: a misspelt default is a type error. */
export function defineConfig<const Name extends string>(config: Config<Name>): Config<Name> {
  return withCallSite(config);
}

/** Bytes in `n` KiB. */
export function KiB(n: number): number {
  return n * 1024;
}
