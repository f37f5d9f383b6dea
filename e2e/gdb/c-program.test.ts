/** gdb debugs a program in C on the virtual board: what one does in a session, with the answers that the source gives. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { buildProgram, DebugServer, runGdb } from './gdb-run.ts';

const gdb = referee('gdb-multiarch');
const gcc = referee('arm-none-eabi-gcc');
const SOURCE = readFileSync(join(import.meta.dirname, 'program.c'), 'utf8').split('\n');
/** Line of the source that has a text, counted from 1. */
const line = (text: string) => SOURCE.findIndex((each) => each.includes(text)) + 1;

const SKIP = gdb.skip || gcc.skip;
const LABEL = `${gdb.label}, ${gcc.label}`;

describe.skipIf(SKIP)(`a program in C (${LABEL})`, () => {
  let folder: string;
  let elf: string;
  let servers: DebugServer[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kickstage-'));
    elf = buildProgram(folder, '-O0');
  });
  afterEach(() => {
    for (const server of servers) server.kill();
    servers = [];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function serve(file = elf, ...args: string[]): DebugServer {
    const server = new DebugServer(folder, '--elf', file, ...args);
    servers.push(server);
    return server;
  }

  /** A session that ends with gdb's detaching; checks that the server ends, too. */
  async function session(...script: string[]): Promise<string> {
    const server = serve();
    const text = await runGdb({
      cwd: folder,
      port: await server.port(),
      script: [`file ${elf}`, 'target remote PORT', ...script],
    });
    expect(await server.ended(), server.stderr).toBe(0);
    expect(server.stdout).toMatch(/ end {5}time, \d+ instructions\n$/);
    return text;
  }

  test('break, backtrace, print, finish, next, step', async () => {
    const text = await session(
      ...[
        'break square',
        'continue',
        'backtrace',
        'print n',
        'finish',
        'next',
        'next',
        'print sum',
        'step',
        'print n',
        'stepi',
      ],
      ...['print origin', 'up', 'info locals', 'tbreak wait', 'delete 1', 'continue', 'info breakpoints'],
    );
    expect(text).toContain(`Breakpoint 1, square (n=1) at `);
    expect(text).toMatch(/#0 {2}square \(n=1\).*\n#1 .* sum_of_squares \(count=7\).*\n#2 .* main \(\)/);
    expect(text).toContain('Value returned is $2 = 1');
    expect(text).toContain('$3 = 1');
    expect(text).toContain(`${line('sum += square(i)')}\t    sum += square(i);`);
    expect(text).toMatch(/square \(n=2\) at .*\n.*int result = n \* n;\n\$4 = 2\n/);
    expect(text).toContain('$5 = {x = 3, y = 4}');
    expect(text).toContain('sum = 1\n');
    expect(text).toMatch(/Temporary breakpoint 2, wait \(until=\d\)/);
    expect(text).toContain('No breakpoints or watchpoints.');
  });

  test('variables are written, conditions hold, a function is called', async () => {
    const text = await session(
      ...['break square if n == 3', 'continue', 'up', 'print i', 'set var i = 5', 'set var sum = 1000'],
      ...['delete', 'break wait', 'continue', 'print total', 'set var origin.x = 0', 'next', 'print origin.x'],
      ...['print sum_of_squares(4)', 'print $pc == $pc', 'print origin.x = 9', 'x/2dw &origin'],
    );
    expect(text).toContain('Breakpoint 1, square (n=3)');
    // 1000 + 3 * 3 + 6 * 6 + 7 * 7
    expect(text).toContain('= 1094\n');
    expect(text).toContain('= 30\n');
    expect(text).toMatch(/<origin>:\t9\t4\n/);
  });

  test('watchpoints: before the access, with old and new value', async () => {
    const text = await session(
      ...['watch total', 'continue', 'backtrace', 'continue', 'delete', 'rwatch origin.y', 'continue', 'delete'],
      ...['awatch ticks', 'continue', 'delete', 'watch ticks if ticks == 12', 'continue', 'print ticks', 'backtrace'],
    );
    expect(text).toContain('Hardware watchpoint 1: total\n\nOld value = 0\nNew value = 140\n');
    expect(text).toMatch(new RegExp(`main \\(\\) at .*program.c:${line('wait(ticks + 5)')}`));
    expect(text).toContain('Hardware read watchpoint 2: origin.y\n\nValue = 4\n');
    expect(text).toMatch(/Hardware access \(read\/write\) watchpoint 3: ticks\n\nValue = /);
    expect(text).toMatch(/New value = 12\n/);
    expect(text).toMatch(
      /#0 {2}note \(now=11\).*\n#1 .* SysTick_Handler \(\).*\n#2 {2}<signal handler called>\n#3 .* wait /,
    );
  });

  test('backtrace through an interrupt, registers', async () => {
    const text = await session(
      ...['break note', 'continue', 'backtrace', 'info registers', 'print $xpsr & 0x1ff', 'up 3', 'print until'],
    );
    expect(text).toMatch(
      /#1 .* SysTick_Handler \(\).*\n#2 {2}<signal handler called>\n#3 .* wait \(until=5\).*\n#4 .* main/,
    );
    expect(text).toMatch(/\nxpsr +0x[0-9a-f]+0f /);
    for (const name of ['r0', 'sp', 'msp', 'psp', 'primask', 'basepri', 'faultmask', 'control'])
      expect(text).toMatch(new RegExp(`\\n${name} +0x`));
    expect(text).toContain('$1 = 15\n');
    expect(text).toContain('$2 = 5\n');
  });

  test('steps stay with their code while interrupts are served', async () => {
    const text = await session(
      ...['break wait', 'continue', 'delete', 'print ticks', 'print until'],
      // The loop is one line that lasts five ticks.
      ...['next', 'next', 'info line *$pc', 'print ticks', 'stepi', 'stepi', 'stepi', 'print $xpsr & 0x1ff'],
    );
    expect(text).toContain('$1 = 0\n$2 = 5\n');
    expect(text).toContain('$3 = 5\n');
    expect(text).toMatch(/main \(\) at .*\n/);
    expect(text).toContain('$4 = 0\n');
  });

  test('faults, BKPT, and a locked-up processor', async () => {
    const text = await session(
      ...[
        'set var crash = 2',
        'break main',
        'continue',
        'delete',
        'set var crash = 2',
        'continue',
        'info line *$pc',
        'stepi',
      ],
      ...[
        'set var crash = 1',
        'continue',
        'backtrace',
        'monitor reset',
        'maintenance flush register-cache',
        'info line *$pc',
      ],
    );
    expect(text).toContain('Program received signal SIGTRAP');
    expect(text).toContain(`Line ${line('bkpt 7')} of`);
    expect(text).toMatch(/HardFault at 0x0800_\w{4}: read of 0x60000000: nothing is there\n/);
    expect(text).toMatch(/Program received signal SIGSEGV.*\nDefault_Handler \(\)/);
    expect(text).toMatch(/#1 {2}<signal handler called>\n#2 .* poke \(address=1610612736\).*\n#3 .* main \(\)/);
    expect(text).toContain(`Line ${line('void Reset_Handler')} of`);
  });

  test('optimised code', async () => {
    const fast = buildProgram(folder, '-O2');
    const server = serve(fast);
    const script = [`file ${fast}`, 'target remote PORT', 'watch total', 'continue', 'continue', 'delete'];
    const more = ['break SysTick_Handler', 'continue', 'backtrace', 'finish', 'print ticks', 'next', 'next'];
    const text = await runGdb({ cwd: folder, port: await server.port(), script: [...script, ...more] });
    expect(text).toContain('New value = 140\n');
    expect(text).toMatch(/#0 {2}SysTick_Handler \(\).*\n#1 {2}<signal handler called>\n#2 .* (wait|main) \(/);
    expect(await server.ended()).toBe(0);
  });

  test('Ctrl-C stops what runs', async () => {
    const server = serve();
    const script = [
      `file ${elf}`,
      'target remote PORT',
      'echo now\\n',
      'continue',
      'backtrace',
      'print ticks > 2',
      'stepi',
    ];
    const text = await runGdb({ cwd: folder, port: await server.port(), script, interrupt: { after: 'now', ms: 500 } });
    expect(text).toContain('Program received signal SIGINT');
    expect(text).toMatch(/#\d .* main \(\)/);
    expect(text).toContain('$1 = 1\n');
    expect(await server.ended()).toBe(0);
  });

  test('load writes flash through the memory map; the program starts anew', async () => {
    const text = await session(
      ...['load', 'compare-sections', 'info registers pc', 'break sum_of_squares', 'continue', 'info mem'],
    );
    expect(text).toMatch(/Loading section \.text, size 0x\w+ lma 0x8000000/);
    expect(text).toContain('Section .text, range 0x8000000');
    expect(text.match(/: matched\./g)?.length).toBeGreaterThan(0);
    expect(text).not.toContain('MIS-MATCHED');
    expect(text).toContain('Breakpoint 1, sum_of_squares (count=7)');
    expect(text).toMatch(/flash blocksize 0x4000/);
  });

  test('detach and come again: target extended-remote; killed, the server ends', async () => {
    const server = serve();
    const port = await server.port();
    const script = (...commands: string[]) => [`file ${elf}`, 'target extended-remote PORT', ...commands];
    const first = await runGdb({
      cwd: folder,
      port,
      script: script('break note', 'continue', 'print ticks', 'detach'),
    });
    expect(first).toContain('$1 = 0\n');
    expect(first).toContain('detached');
    await new Promise((resolve) => setTimeout(resolve, 100));
    // It ran on, and its breakpoint is gone; `disconnect` leaves it where it is.
    const second = await runGdb({ cwd: folder, port, script: script('print ticks > 10', 'print ticks', 'disconnect') });
    expect(second).toContain('$1 = 1\n');
    const ticks = /\$2 = (\d+)/.exec(second)?.[1];
    const third = await runGdb({ cwd: folder, port, script: script('print ticks', 'starti', 'info line *$pc') });
    expect(third).toContain(`$1 = ${ticks}\n`);
    expect(third).toContain(`Line ${line('void Reset_Handler')} of`);
    const plain = [`file ${elf}`, 'target remote PORT', 'kill'];
    expect(await runGdb({ cwd: folder, port, script: plain })).toContain('killed');
    expect(await server.ended()).toBe(0);
  });

  test('with --json', async () => {
    const server = serve(elf, '--json');
    await expect.poll(() => server.stdout, { timeout: 60_000 }).toContain('"event":"gdb"');
    const events = server.stdout.split('\n').flatMap((each) => (each === '' ? [] : [JSON.parse(each)]));
    const event = events.find((each) => each.event === 'gdb');
    expect(event).toMatchObject({ host: '127.0.0.1', command: expect.stringContaining(`127.0.0.1:${event.port}`) });
    server.process.kill('SIGINT');
    expect(await server.ended()).toBe(0);
  });
});
