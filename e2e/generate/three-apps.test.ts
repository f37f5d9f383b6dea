/**
 * Three C apps behind our bootloader on the virtual STM32F411 and STM32L476: gcc and GNU ld take the generated start-up
 * code, header and linker scripts; the apps check their own start-up, read the boot report, and switch app1 → app2 → app3 →
 * app1, by the record and by magic words.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { copyOfExample, kickstage, removeCopies } from '../cli/run-cli.ts';
import { compileCApp } from './c-apps.ts';

const gcc = referee('arm-none-eabi-gcc');

const SOURCE = join(import.meta.dirname, 'app.c');
const NO_SLOT = 255;
const APPS = ['app1', 'app2', 'app3'];

/** Slots of three sizes. The C images take the place of the entries. */
function config(board: string, protocol: string): string {
  const magic = (word: string) => (protocol === 'magic-word' ? `, magic: ${word}` : '');
  return `import { app, defineConfig } from 'kickstage';
import { ${board} } from 'kickstage/boards';

export default defineConfig({
  board: ${board},
  bootloader: { entry: 'boot/main.ts', size: '16K' },
  mailbox: { protocol: '${protocol}' },
  apps: {
    app1: app({ entry: 'apps/none.ts', size: '16K'${magic('0xdeadbeef')} }),
    app2: app({ entry: 'apps/none.ts', size: '64K'${magic('0xcafebabe')} }),
    app3: app({ entry: 'apps/none.ts', size: '128K'${magic('0xfeedface')} }),
  },
  boot: { default: 'app1' },
});
`;
}

/** What the apps say from power-on to the second start of app1. */
function story(record: boolean): string[] {
  return [0, 1, 2, 0].flatMap((slot, boot) => {
    const [wanted, attempts] = record ? [slot, boot + 1] : [NO_SLOT, 0];
    return [
      `=== C APP ${slot + 1}`,
      'data and bss right, constructor ran, VTOR right, float right',
      'SVC 1 EXTI0 1',
      `report: slot ${slot} wanted ${wanted} reason ${boot === 0 ? 1 : 2} refusal 0 attempts ${attempts}`,
      ...(record && boot > 0 ? ['after a software reset'] : []),
      ...(boot === 3 ? ['back again'] : []),
    ];
  });
}

afterAll(removeCopies);

describe.skipIf(gcc.skip).each([
  ['blackpill', 'record', []],
  ['blackpill', 'magic-word', []],
  ['nucleoL476rg', 'record', ['-DSTM32L4']],
  ['nucleoL476rg', 'magic-word', ['-DSTM32L4']],
] as const)(`three C apps, %s, %s (${gcc.label})`, (board, protocol, defines) => {
  let folder: string;

  beforeAll(() => {
    folder = copyOfExample('two-apps');
    // The example's lock keeps places of another chip.
    rmSync(join(folder, 'boot.lock.json'));
    writeFileSync(join(folder, 'boot.config.ts'), config(board, protocol));
    writeFileSync(join(folder, 'apps/none.ts'), 'export function Reset_Handler(): void { while (true) {} }\n');
    expect(kickstage(folder, 'generate', 'ld', 'c').code).toBe(0);
  });

  test('app1 → app2 → app3 → app1', () => {
    const images = APPS.flatMap((app, here) => {
      const numbers = [`-DHERE=${here}u`, `-DOTHER=${(here + 1) % APPS.length}u`];
      const { elf } = compileCApp(folder, app, SOURCE, ['-std=c99', '-Os', '-mfloat-abi=soft', ...numbers, ...defines]);
      return ['--image', `${app}=${elf}`];
    });
    const run = kickstage(folder, 'run', ...images, '--for', '150ms', '--json');
    expect(run.stderr).toBe('');
    expect(run.events.filter((e) => e.event === 'uart').map((e) => e.text)).toEqual(story(protocol === 'record'));
    expect(run.events.filter((e) => e.event === 'boot').map((e) => [e.slot, e.reason])).toEqual([
      ['app1', 'default'],
      ['app2', 'mailbox'],
      ['app3', 'mailbox'],
      ['app1', 'mailbox'],
    ]);
    expect(run.events.at(-1)).toMatchObject({ event: 'end', reason: 'time' });
  });
});
