/** `--image app=file`: a foreign ELF in the slot of an app. */
import { formatRange } from '@kickstage/base/hex';
import { nearMiss } from '@kickstage/base/near-miss';
import { encloses, rangeOf } from '@kickstage/base/ranges';
import { readElf } from '@kickstage/elf/read';
import type { Layout } from '@kickstage/memory-map/layout';
import { CommandFailure } from './command-context.ts';
import { EXIT } from './exit-codes.ts';
import { readInput } from './read-input.ts';

export interface ImageBytes {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Bytes for each app that is replaced, by its name. */
export function readImageOptions(options: readonly string[], layout: Layout, cwd: string): Map<string, ImageBytes[]> {
  const images = new Map<string, ImageBytes[]>();
  for (const option of options) {
    const [name, file] = split(option);
    const app = layout.apps.find((a) => a.name === name);
    if (!app || file === '') throw new CommandFailure([usage(option, layout)]);
    const { value: elf, diagnostics } = readElf(readInput(cwd, file), file);
    if (!elf) throw new CommandFailure(diagnostics, EXIT.program);
    const loaded = elf.segments.filter(({ bytes }) => bytes.length > 0);
    const stray = loaded.find(({ loadAddress, bytes }) => !encloses(app.slot, rangeOf(loadAddress, bytes.length)));
    if (stray) {
      const got = formatRange(rangeOf(stray.loadAddress, stray.bytes.length));
      throw new CommandFailure(
        [
          {
            code: 'ELF003',
            severity: 'error',
            what: `${file} is not linked for the slot of \`${name}\``,
            at: { file },
            got: `${got}; the slot is ${formatRange(app.slot)}`,
            fix: 'link it for the slot',
          },
        ],
        EXIT.program,
      );
    }
    images.set(
      name,
      loaded.map(({ loadAddress, bytes }) => ({ address: loadAddress, bytes })),
    );
  }
  return images;
}

/** The name, if it is an app's. */
export function requireApp(name: string, layout: Layout): string {
  if (layout.apps.some((app) => app.name === name)) return name;
  const near = nearMiss(
    name,
    layout.apps.map((app) => app.name),
  );
  throw new CommandFailure([
    {
      code: 'CLI008',
      severity: 'error',
      what: `there is no app \`${name}\``,
      got: `the apps are ${layout.apps.map((app) => app.name).join(', ')}`,
      fix: near ? `did you mean ${near}?` : 'name one of them',
    },
  ]);
}

function split(option: string): [string, string] {
  const at = option.indexOf('=');
  return at < 0 ? [option, ''] : [option.slice(0, at), option.slice(at + 1)];
}

function usage(option: string, layout: Layout) {
  return {
    code: 'CLI004',
    severity: 'error' as const,
    what: '--image cannot be read',
    at: { path: '--image' },
    got: JSON.stringify(option),
    fix: `write APP=FILE, where APP is one of ${layout.apps.map((a) => a.name).join(', ')}`,
  };
}
