/** A failure that the lab found, stepped through in gdb: the board waits at the power-on behind the cut. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { copyOfExample, edit, kickstage, removeCopies } from '../cli/run-cli.ts';
import { FIRMWARE } from '../firmware/firmware-files.ts';
import { DebugServer, runGdb } from '../gdb/gdb-run.ts';

/** Where the bootloader reads what it remembers of updates. */
const LINE =
  1 +
  FIRMWARE.get('update/settle.ts')!
    .split('\n')
    .findIndex((line) => line.includes('if (!loadState())'));
const { skip, label } = referee('gdb-multiarch');
let folder: string;

afterAll(removeCopies);

describe.skipIf(skip)(label, () => {
  beforeAll(() => {
    folder = copyOfExample('bank-exchange');
    edit(folder, 'boot.config.ts', 'trialWatchdog: 4000', "state: 'ram'");
    expect(kickstage(folder, 'test', 'powercut', '--shard', '7/97').code).toBe(1);
  });

  test('the bootloader stops where it decides, with its source', async () => {
    const server = new DebugServer(folder, 'test', 'powercut', '--replay', 'powercut-failure.json');
    try {
      const text = await runGdb({
        cwd: folder,
        port: await server.port(),
        script: [
          'file powercut-bootloader.elf',
          'target extended-remote PORT',
          `break settle.ts:${LINE}`,
          'continue',
          'backtrace',
          'kill',
        ],
      });
      expect(text).toMatch(/Breakpoint 1, .*settle\.ts:\d+/);
      expect(text).toMatch(/#0 .*settle\.ts/);
    } finally {
      server.kill();
    }
  });
});
