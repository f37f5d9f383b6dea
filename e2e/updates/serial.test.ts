/** `kickstage run --serial` and `kickstage send --port tcp:…`, each a process of its own, as a user starts them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import { BIN, copyOfExample, eventsOf, removeCopies } from '../cli/run-cli.ts';

let board: ChildProcess | undefined;

afterAll(() => {
  board?.kill();
  removeCopies();
});

/** The TCP port of the console, once somebody can connect. */
function portOf(process: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    process.stdout!.on('data', (data: Buffer) => {
      text += data.toString();
      const found = /"event":"serial","port":(\d+)/.exec(text);
      if (found) resolve(Number(found[1]));
    });
    process.on('close', () => reject(new Error(`the board is gone: ${text.slice(-500)}`)));
  });
}

test('an image over TCP; what cannot be sent', async () => {
  const folder = copyOfExample('bank-exchange');
  const env = { ...process.env, BOARD: 'f411', STRATEGY: 'alternate' };
  const run = (image: string, ...args: string[]) => {
    const done = spawnSync(process.execPath, [BIN, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...env, IMAGE: image },
    });
    return { ...done, events: eventsOf(done.stdout, args) };
  };
  expect(run('v2', 'build', '--out', 'build/v2').status).toBe(0);
  board = spawn(process.execPath, [BIN, 'run', '--serial', '0', '--json'], { cwd: folder, env });
  const port = `tcp:127.0.0.1:${await portOf(board)}`;
  const { status, events } = run('v2', 'send', 'build/v2/app.bin', '--port', port, '--for', '5s', '--json');
  expect(events.filter(({ event }) => event === 'uart').map(({ text }) => text)).toEqual([
    'v2: started on trial',
    '  confirmed: this version stays',
  ]);
  expect(events.find(({ event }) => event === 'sent')).toMatchObject({ restarts: 0 });
  expect(status).toBe(0);
  const wrong = run('v2', 'send', 'build/v2/bootloader.bin', '--port', port, '--json');
  expect([wrong.status, wrong.events[0].code]).toEqual([1, 'SND002']);
  board.kill();
  const nobody = run('v2', 'send', 'build/v2/app.bin', '--port', 'tcp:127.0.0.1:1', '--json');
  expect([nobody.status, nobody.events[0].code]).toEqual([3, 'SND009']);
  const nowhere = run('v2', 'send', 'build/v2/app.bin', '--json');
  expect([nowhere.status, nowhere.events[0].code]).toEqual([2, 'CLI004']);
}, 120_000);
