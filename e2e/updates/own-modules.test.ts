/** examples/own-modules as its README has it: a product whose state channel and storage are its own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyOfExample, edit, kickstage, kickstageIn, removeCopies } from '../cli/run-cli.ts';

const SEND = ['send', 'build/v2/app.bin', '--board', 'virtual', '--for', '12s'];
let folder: string;

beforeAll(() => {
  folder = copyOfExample('own-modules');
  expect(kickstageIn(folder, ['build', '--out', 'build/v2'], { IMAGE: 'v2' })).toMatchObject({ code: 0 });
});

afterAll(removeCopies);

describe('a state channel and a storage of the project', () => {
  test('are what bootloader and app use: an update is installed, tried and confirmed', () => {
    const { stdout } = kickstage(folder, ...SEND);
    expect(stdout).toContain('v2: started on trial');
    expect(stdout).toContain('confirmed: this version stays');
  });

  test('take no flash for a journal', () => {
    expect(kickstage(folder, 'map', '--no-build').stdout).not.toContain('journal');
  });

  test('a storage that refuses: the app is told, and nothing is written', () => {
    edit(folder, 'modules/storage-with-supply-check.ts', '& CSR_PVDO) === 0', '& CSR_PVDO) !== 0');
    const { code, stdout, stderr } = kickstage(folder, ...SEND);
    expect(code).not.toBe(0);
    expect(stdout).not.toContain('v2: started');
    expect(stderr).toContain('flash');
  });

  test('a module that is missing is named, also where a build of before is kept', () => {
    edit(folder, 'boot.config.ts', 'modules/state-in-backup-registers.ts', 'modules/gone.ts');
    const { code, stderr } = kickstage(folder, 'build');
    expect(code).toBe(1);
    expect(stderr).toContain('at   modules/gone.ts');
    expect(stderr).toContain('fix  correct updates.stateModule in the config');
  });
});
