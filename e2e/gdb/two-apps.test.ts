/**
 * gdb debugs the bootloader and both apps of the example: the press, the request in the mailbox, resets, loading. One
 * board serves all sessions: each begins with a power-cycle and leaves it standing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { copyOfExample, kickstage, removeCopies } from '../cli/run-cli.ts';
import { DebugServer, runGdb } from './gdb-run.ts';

const gdb = referee('gdb-multiarch');
/** Number of the exception EXTI0: RM0383 Rev 3, 10.2. */
const EXTI0 = 16 + 6;
const FLUSH = 'maintenance flush register-cache';

interface Built {
  readonly mailbox: { readonly start: number };
  readonly apps: readonly { readonly slot: { readonly start: number } }[];
}

let folder: string;
let layout: Built;
let server: DebugServer;
let port: number;

beforeAll(async () => {
  folder = copyOfExample('two-apps');
  server = new DebugServer(folder, '--press', 'PA5@20ms:10ms');
  port = await server.port();
  layout = JSON.parse(readFileSync(join(folder, 'build/layout.json'), 'utf8')) as Built;
});
afterAll(() => {
  server.kill();
  removeCopies();
});

/** What the server prints from now on. */
function listen(): () => string {
  const { length } = server.stdout;
  return () => server.stdout.slice(length);
}

const hex = (value: number) => `0x${value.toString(16)}`;
/** Where the reset vector of an app points. */
const startOf = (app: number) => `*(*(unsigned *)${hex(layout.apps[app].slot.start + 4)} & ~1)`;

describe.skipIf(gdb.skip)(`two-apps (${gdb.label})`, () => {
  const session = (...script: string[]): Promise<string> =>
    runGdb({
      cwd: folder,
      port,
      script: [
        ...['file build/app1.elf', 'target extended-remote PORT', 'monitor speed full', 'monitor power-cycle', FLUSH],
        ...[...script, 'disconnect'],
      ],
    });

  test('press, interrupt, request, reset, other app', async () => {
    const printed = listen();
    const mailbox = `*(unsigned *)${hex(layout.mailbox.start)}`;
    // The button is listened to once app1 blinks.
    const text = await session(
      ...["tbreak 'apps/app1/blink'", 'break EXTI0_IRQHandler', 'continue', 'monitor press pa0 20', 'continue'],
      ...['print $xpsr & 0x1ff', 'backtrace', 'delete', `watch ${mailbox}`, 'continue', 'info symbol $pc', 'delete'],
      ...[`tbreak ${startOf(1)}`, 'continue', 'monitor time'],
    );
    expect(text).toContain('PA0 is pressed for 20 ms\n');
    expect(text).toMatch(/Breakpoint \d, EXTI0_IRQHandler \(\) at apps\/app1\.ts:13/);
    expect(text).toContain(`$1 = ${EXTI0}\n`);
    expect(text).toContain('<signal handler called>');
    expect(text).toMatch(/Hardware watchpoint \d: .*\n\nOld value = \d+\nNew value = \d+\n/);
    expect(text).toMatch(/\d\.\d{6} s, \d+ instructions/);
    for (const line of ['button  PA0 pressed', 'boot    app1 (default)', 'boot    app2 (mailbox)'])
      expect(printed()).toContain(line);
    expect(printed()).toContain('uart    USART2 APP1: Button pressed! Switching to APP2...');
    expect(printed()).not.toContain('APP2 STARTING');
  });

  test('monitor: reset keeps RAM, power-cycle does not; help; what is wrong', async () => {
    const printed = listen();
    const text = await session(
      ...[
        `tbreak ${startOf(0)}`,
        'continue',
        'set var *(unsigned *)0x20010000 = 0x12345678',
        'monitor reset halt',
        FLUSH,
      ],
      ...['print/x *(unsigned *)0x20010000', 'print/x $pc', 'monitor power-cycle', FLUSH],
      ...['print *(unsigned *)0x20010000 == 0x12345678', 'monitor help', 'monitor restet'],
      ...['monitor press', 'monitor press PZ9', 'monitor press PK3', 'monitor speed fast', 'monitor catch'],
    );
    expect(text).toMatch(/\$1 = 0x12345678\n\$2 = 0x8000[0-3]\w\w\n/);
    expect(text).toContain('$3 = 0\n');
    expect(text).toMatch(/monitor press PIN \[MS\] +presses the button/);
    expect(text).toContain('there is no command restet; did you mean reset?');
    expect(text).toContain('usage: monitor press PIN [MS]\n');
    expect(text).toContain(
      'there is no pin PZ9\nthere is no pin PK3\nusage: monitor speed [real|full]\ncatch unhandled\n',
    );
    expect(printed().match(/reset {3}power-on/g)).toHaveLength(2);
    expect(printed().match(/reset {3}software/g)).toHaveLength(1);
  });

  test('flash is erased and loaded again, image by image', async () => {
    const images = ['bootloader', 'app1', 'app2'].flatMap((name) => [
      `file build/${name}.elf`,
      'load',
      'compare-sections',
    ]);
    const text = await session(
      ...[`print/x *(unsigned *)${hex(layout.apps[1].slot.start)}`, 'flash-erase'],
      ...[`print/x *(unsigned *)${hex(layout.apps[1].slot.start)}`, ...images],
      ...['monitor power-cycle', FLUSH, `tbreak ${startOf(0)}`, 'continue', 'print/x $xpsr & 0x1ff'],
    );
    expect(text).toContain('$1 = 0x20');
    expect(text).toContain('$2 = 0xffffffff\n');
    for (const { slot } of layout.apps) expect(text).toMatch(new RegExp(`Loading section .*lma ${hex(slot.start)}`));
    expect(text.match(/: matched\./g)!.length).toBeGreaterThanOrEqual(6);
    expect(text).not.toContain('MIS-MATCHED');
    expect(text).toMatch(/Temporary breakpoint 1, .*\n\$3 = 0x0\n/);
  });

  test('a generated script debugs the virtual board as it does a real one', async () => {
    expect(kickstage(folder, 'generate', 'gdb').code).toBe(0);
    const text = readFileSync(join(folder, 'generated/app1.gdb'), 'utf8');
    expect(text).toContain('target extended-remote localhost:3333\n');
    writeFileSync(join(folder, 'test.gdb'), text.replace('localhost:3333', `127.0.0.1:${port}`));
    const printed = await runGdb({
      cwd: folder,
      port,
      script: [
        ...['source test.gdb', FLUSH, 'tbreak Reset_Handler', 'continue', 'kickstage-report', 'kickstage-switch app2'],
        ...[FLUSH, `tbreak ${startOf(1)}`, 'continue', 'kickstage-report', 'disconnect'],
      ],
    });
    expect(printed).toMatch(/Loading section .* lma 0x8020000/);
    expect(printed).toContain('slot 0 (app1)\nwanted 0 (app1)\nreason 1 (default)\n');
    expect(printed).toContain('slot 1 (app2)\nwanted 1 (app2)\nreason 2 (mailbox)\n');
  });
});

/** A client without gdb. */
class RawClient {
  private readonly socket: Socket;
  private text = '';
  isClosed = false;

  constructor() {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (data: Buffer) => {
      this.text += data.toString('latin1');
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.isClosed = true;
    });
  }

  send(body: string): void {
    const sum = [...body].reduce((total, c) => (total + c.charCodeAt(0)) & 0xff, 0);
    this.socket.write(`$${body}#${sum.toString(16).padStart(2, '0')}`);
  }

  interrupt(): void {
    this.socket.write('\x03');
  }

  /** The bodies of the next packets, once there is one that `pattern` matches. */
  async saw(pattern: RegExp): Promise<string> {
    await expect.poll(() => this.text, { timeout: 20_000, interval: 5 }).toMatch(pattern);
    const [found] = pattern.exec(this.text)!;
    this.text = '';
    return found;
  }

  async monitor(command: string): Promise<string> {
    this.send(`qRcmd,${Buffer.from(command).toString('hex')}`);
    const answer = await this.saw(/\$[0-9a-f]+#/);
    return Buffer.from(answer.slice(1, -1), 'hex').toString();
  }

  async seconds(): Promise<number> {
    return Number.parseFloat(await this.monitor('time'));
  }

  close(): void {
    this.socket.destroy();
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('0x03 stops; virtual time keeps to the clock; a client that vanishes leaves the board as it is', async () => {
  const first = new RawClient();
  await first.monitor('speed real');
  const before = await first.seconds();
  const started = performance.now();
  first.send('vCont;c');
  await pause(400);
  first.interrupt();
  await first.saw(/\$T02/);
  const passed = (performance.now() - started) / 1000;
  const stopped = await first.seconds();
  expect(stopped).toBeGreaterThan(before);
  expect(stopped - before).toBeLessThan(passed);
  await pause(50);
  expect(await first.seconds()).toBe(stopped);
  // A second client is turned away.
  const second = new RawClient();
  await expect.poll(() => second.isClosed, { timeout: 20_000 }).toBe(true);
  first.send('vCont;c');
  await first.saw(/\+/);
  first.close();
  await pause(200);
  const third = new RawClient();
  const left = await third.seconds();
  await pause(50);
  expect(await third.seconds()).toBe(left);
  third.close();
}, 60_000);

test('a port that is taken, and what does not go together', () => {
  const taken = kickstage(folder, 'run', '--elf', 'build/bootloader.elf', '--gdb', String(port), '--json');
  expect(taken.code).toBe(2);
  expect(taken.events.at(-1)).toMatchObject({ event: 'diagnostic', code: 'CLI030' });
  const refused = kickstage(folder, 'run', '--gdb', '65536', '--for', '3s', '--live', '--json');
  expect(refused.code).toBe(2);
  expect(refused.events.map(({ code, at }) => [code, (at as { path: string }).path])).toEqual([
    ['CLI004', '--for'],
    ['CLI004', '--live'],
    ['CLI004', '--gdb'],
  ]);
});

test('--press comes at its time; Ctrl-C ends the server', async () => {
  expect(server.stdout).toMatch(/ 0\.020\d+ {2}button {2}PA5 pressed\n/);
  server.process.kill('SIGINT');
  expect(await server.ended()).toBe(0);
  expect(server.stdout).toMatch(/ end {5}time, \d+ instructions\n$/);
});
