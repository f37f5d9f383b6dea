/** gdb reads and writes the registers of the floating-point unit, in the thread and in an interrupt that has its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { buildProgram, DebugServer, HARD_FLOAT, runGdb } from './gdb-run.ts';

const gdb = referee('gdb-multiarch');
const gcc = referee('arm-none-eabi-gcc');

describe.skipIf(gdb.skip || gcc.skip)(`floats (${gdb.label}, ${gcc.label})`, () => {
  let folder: string;
  let elf: string;
  let server: DebugServer | undefined;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kickstage-'));
    elf = buildProgram(folder, '-O0', 'floats.c', [...HARD_FLOAT, '-lgcc']);
  });
  afterEach(() => server?.kill());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The values of `print`, in their order, and all that was printed. */
  async function session(...script: string[]): Promise<{ text: string; values: string[] }> {
    server = new DebugServer(folder, '--elf', elf);
    const start = [`file ${elf}`, 'target remote PORT', 'monitor speed full'];
    const text = await runGdb({ cwd: folder, port: await server.port(), script: [...start, ...script] });
    return { text, values: [...text.matchAll(/^\$\d+ = (.*)$/gm)].map(([, value]) => value) };
  }

  test('arguments, a value that is returned, a function that is called', async () => {
    const { text, values } = await session(
      ...['break scale', 'continue', 'print x', 'print $s0', 'print $s1', 'print $control', 'finish', 'print $s0'],
      ...['break halve', 'continue', 'print $d0', 'finish', 'delete', 'print scale(4, 1)'],
    );
    expect(text).toContain('Breakpoint 1, scale (x=2, y=0.25)');
    expect(text).toContain('Value returned is $5 = 3.25');
    expect(text).toContain('Breakpoint 2, halve (value=7)');
    expect(text).toMatch(/Value returned is \$\d+ = 3\.5\n/);
    expect(values).toEqual(['2', '2', '0.25', '4', '3.25', '7', '7']);
  });

  test('registers are written: singles, the doubles that they are halves of, FPSCR', async () => {
    const { text, values } = await session(
      ...['break scale', 'continue', 'set var $s0 = 2.5', 'print $s0', 'set var $s31 = -0.125', 'print $s31'],
      ...['set var $d1 = 3.25', 'print $d1', 'print/x $s2', 'print/x $s3', 'set var $s7 = 1.5', 'print/x $d3'],
      // Rounding towards zero and the default NaN; the bits that are not there stay clear.
      ...['set var $fpscr = 0xffffffff', 'print/x $fpscr', 'set var $fpscr = 0x02c00000', 'print/x $fpscr'],
      ...['set var $fpscr = 0', 'set var x = 10', 'next', 'print scaled', 'info all-registers'],
    );
    expect(values.slice(0, 3)).toEqual(['2.5', '-0.125', '3.25']);
    expect(values.slice(6)).toEqual(['0xf7c0009f', '0x2c00000', '15']);
    expect(text).toContain('$4 = 0x0');
    for (const name of ['r0', 'xpsr', 'msp', 'control', 'd0', 'd15', 'fpscr', 's0', 's31'])
      expect(text).toMatch(new RegExp(`^${name} +\\S`, 'm'));
    expect(text).toMatch(/^d15 +-?\S+ +\(raw 0x[be]\w{7}00000000\)/m);
  });

  test('an interrupt: the registers of what it interrupted, before and behind its first floating-point instruction', async () => {
    const { text, values } = await session(
      ...['break wait', 'continue', 'delete', 'set var $s5 = 12.5', 'set var $s20 = 7.5', 'break before', 'continue'],
      ...['backtrace', 'print $control & 4', 'print $s5', 'frame 3', 'info registers d2', 'delete'],
      ...['break after', 'continue', 'print $s5', 'print $s20', 'frame 3', 'info registers d2 d10', 'print level'],
      ...['delete', 'frame 0', 'finish', 'finish', 'print $s5', 'info symbol $pc', 'print $control & 4'],
    );
    expect(text).toMatch(
      /#0 {2}before \(\).*\n#1 .* SysTick_Handler \(\).*\n#2 {2}<signal handler called>\n#3 .* wait \(until=10\).*\n#4 .* main/,
    );
    expect(values).toEqual(['0', '12.5', '1', '7.5', '4', '12.5', '4']);
    // Of the interrupted frame gdb knows the doubles: s5 is the upper half of d2, s20 the lower half of d10.
    expect([...text.matchAll(/^d\d+ .*\(raw 0x(\w+)\)$/gm)].map(([, raw]) => raw)).toEqual([
      expect.stringMatching(/^41480000/),
      expect.stringMatching(/^41480000/),
      expect.stringMatching(/40f00000$/),
    ]);
    expect(text).toMatch(/^wait \+ \d+ in section \.text$/m);
  });
});
