/** The firmware library's files as the toolchain wants them, and projects written down in a test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { renderDiagnostic } from '@kickstage/base/diagnostic';
import type { Board } from '@kickstage/chips/board';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import type { Config } from '@kickstage/memory-map/define';
import type { Layout } from '@kickstage/memory-map/layout';
import { resolve } from '@kickstage/memory-map/resolve';

export const ROOT = join(import.meta.dirname, '../..');

function filesBelow(folder: string, prefix: string): [string, string][] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.d|\.test)\.ts$/.test(entry.name))
    .map((entry) => {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      return [`${prefix}${path.slice(folder.length + 1).replaceAll('\\', '/')}`, readFileSync(path, 'utf8')];
    });
}

/** Path within the library → text; the abi's constants at `abi/`. */
export const FIRMWARE: ReadonlyMap<string, string> = new Map([
  ...filesBelow(join(ROOT, 'firmware'), ''),
  ...filesBelow(join(ROOT, 'packages/abi/src'), 'abi/'),
]);

export function expectNoErrors(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter((d) => d.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(renderDiagnostic).join('\n'));
}

export type TestConfig = Pick<Config, 'apps' | 'boot' | 'mailbox'>;

export function layoutOf(config: TestConfig, board: Board = blackpill): Layout {
  const { value, diagnostics } = resolve({
    board,
    bootloader: { entry: 'boot/main.ts', size: '16K', version: '1.2.3' },
    ...config,
  });
  expectNoErrors(diagnostics);
  return value!;
}

/** The two systems of the examples, as their configs have them. */
export const CLASSIC: TestConfig = {
  mailbox: { protocol: 'magic-word', at: 0x2001fff8 },
  apps: {
    app1: { entry: 'apps/app1.ts', at: 0x08004000, size: '128K', magic: 0xdeadbeef, sharedSectors: 'preserve' },
    app2: { entry: 'apps/app2.ts', at: 0x08024000, size: '368K', magic: 0xcafebabe, sharedSectors: 'preserve' },
  },
  boot: { default: 'app1' },
};

export const RECORD: TestConfig = {
  apps: {
    app1: { entry: 'apps/app1.ts', size: '128K' },
    app2: { entry: 'apps/app2.ts', size: '128K' },
  },
  boot: { default: 'app1' },
};

/** Files of an example. */
export function readExample(name: string): (path: string) => string | undefined {
  return (path) => {
    try {
      return readFileSync(join(ROOT, 'examples', name, path), 'utf8');
    } catch {
      return undefined;
    }
  };
}
