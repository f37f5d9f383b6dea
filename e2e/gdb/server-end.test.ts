/**
 * A debug server that nobody needs any more ends by itself, and one that stands still takes no processor time: whatever
 * happens to the process that started it, and to its client.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { copyOfExample, kickstage, removeCopies } from '../cli/run-cli.ts';
import { until } from './gdb-run.ts';

const BIN = join(import.meta.dirname, '../../packages/cli/bin/kickstage.js');
const HAS_PROC = existsSync('/proc/self/stat');
/** Starts the server, says its process number, and waits until it is killed. */
const LAUNCHER = `
const { spawn } = require('node:child_process');
const [input, ...args] = process.argv.slice(1);
const server = spawn(process.execPath, args, { stdio: [input, 'inherit', 'inherit'] });
console.log('server ' + server.pid);
process.on('message', () => server.stdin.end());
setInterval(() => {}, 1000);
`;

let folder: string;
beforeAll(() => {
  folder = copyOfExample('two-apps');
  expect(kickstage(folder, 'build').code).toBe(0);
}, 120_000);
afterAll(removeCopies);

/** `pipe`: the server's stdin is a pipe to the launcher; `ignore`: it is empty. */
async function launch({ onTestFinished }: TestContext, input: 'pipe' | 'ignore') {
  const args = ['-e', LAUNCHER, '--', input, BIN, 'run', '--gdb', '0', '--elf', 'build/bootloader.elf'];
  const launcher = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  let text = '';
  launcher.stdout!.on('data', (data: Buffer) => {
    text += data.toString();
  });
  const find = async (pattern: RegExp) => {
    await until(() => pattern.test(text));
    return Number(pattern.exec(text)![1]);
  };
  const server = await find(/^server (\d+)$/m);
  const clients: Socket[] = [];
  onTestFinished(() => {
    for (const client of clients) client.destroy();
    launcher.kill('SIGKILL');
    if (lives(server)) process.kill(server, 'SIGKILL');
  });
  const port = await find(/waiting for gdb on 127\.0\.0\.1:(\d+)/);
  const attachTo = async (...packets: string[]) => {
    const client = await attach(port, packets);
    clients.push(client);
    return client;
  };
  return { launcher, server, attach: attachTo };
}

const framed = (packet: string) => {
  const sum = [...packet].reduce((total, c) => (total + c.charCodeAt(0)) & 0xff, 0);
  return `$${packet}#${sum.toString(16).padStart(2, '0')}`;
};

/** A client that sends packets; there once something has come back. */
function attach(port: number, packets: readonly string[]): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(packets.map(framed).join('')));
    socket.once('data', () => resolve(socket));
    socket.on('data', () => {});
    socket.once('error', reject);
  });
}

/** A process that has ended and was not waited for does not count. */
function lives(id: number): boolean {
  try {
    process.kill(id, 0);
  } catch {
    return false;
  }
  return !HAS_PROC || !/\) [ZX] /.test(readFileSync(`/proc/${id}/stat`, 'utf8'));
}

const ends = (id: number) => until(() => !lives(id), 15_000);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const stays = async (id: number) => {
  await pause(1500);
  expect(lives(id)).toBe(true);
};

describe.concurrent('the launcher goes', () => {
  test.for(['pipe', 'ignore'] as const)('stdin is %s, nobody is attached: it ends', async (input, context) => {
    const { launcher, server } = await launch(context, input);
    launcher.kill('SIGKILL');
    await ends(server);
  });

  test.for(['pipe', 'ignore'] as const)('stdin is %s, a client is attached and runs', async (input, context) => {
    const { launcher, server, attach } = await launch(context, input);
    const client = await attach('vCont;c');
    launcher.kill('SIGKILL');
    // A client and nothing else may be what is left of `kickstage run --gdb &` in a shell.
    if (input === 'ignore') {
      await stays(server);
      client.destroy();
    }
    await ends(server);
  });

  test('the client has detached, the firmware runs freely: it ends', async (context) => {
    const { launcher, server, attach } = await launch(context, 'ignore');
    await attach('!', 'D');
    await stays(server);
    launcher.kill('SIGKILL');
    await ends(server);
  });

  test('stdin is closed: it ends with its client', async (context) => {
    const { launcher, server, attach } = await launch(context, 'pipe');
    const client = await attach('?');
    launcher.send('close');
    await stays(server);
    client.destroy();
    await ends(server);
  });
});

describe.concurrent('signals', () => {
  test.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends it while the firmware runs', async (signal, context) => {
    const { server, attach } = await launch(context, 'pipe');
    await attach('vCont;c');
    process.kill(server, signal);
    await ends(server);
  });
});

/** Seconds of processor time that a process has taken. */
function processorTime(id: number): number {
  const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function idles(id: number): Promise<void> {
  await pause(300);
  const before = processorTime(id);
  await pause(1500);
  expect(processorTime(id) - before).toBeLessThan(0.15);
}

describe.skipIf(!HAS_PROC).concurrent('it takes no processor time while it stands still', () => {
  test.for([
    ['nobody has come', undefined, false],
    ['a client is attached', '?', false],
    ['a client has gone without a word while the firmware ran', 'vCont;c', true],
  ] as const)('%s', async ([, packet, goes], context) => {
    const { server, attach } = await launch(context, 'pipe');
    const client = packet === undefined ? undefined : await attach(packet);
    if (goes) {
      await pause(200);
      client!.destroy();
    }
    await idles(server);
    expect(lives(server)).toBe(true);
  });
});
