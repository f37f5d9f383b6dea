/** `kickstage run` of firmware that goes wrong: the report for people, and its fields for programs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyOfExample, kickstage, removeCopies } from './run-cli.ts';

const SOURCE = `import { ld32 } from 'kickstage/firmware/intrinsics/mmio';
function check(level: u32): u32 {
  if (level > 1) throw new Error('the tank is full');
  return level << 1;
}
export function Reset_Handler(): void {
  while (true) check(check(ld32(0x0800_0000)) + 1);
}
`;
const lineOf = (text: string) => SOURCE.split('\n').findIndex((line) => line.includes(text)) + 1;

let folder: string;
beforeAll(() => {
  folder = copyOfExample('two-apps');
  writeFileSync(join(folder, 'apps/app1.ts'), SOURCE);
});
afterAll(removeCopies);

test('what goes wrong: where, from where, why, and the registers', () => {
  const { stdout } = kickstage(folder, 'run', '--for', '10ms');
  const lines = stdout.split('\n');
  const first = lines.findIndex((line) => line.includes('fault '));
  const report = lines.slice(first, -1).map((line) => line.slice(14));
  expect(report[0]).toMatch(
    new RegExp(`^fault   HardFault at \\w+ \\(apps/app1\\.ts:${lineOf('throw')}:\\d+\\), 0x\\w{4}_\\w{4}: abort$`),
  );
  expect(report).toContain('likely  an assertion failed, or a `throw` or abort() was reached');
  expect(report).toContain('says    the tank is full');
  expect(report).toContain('status  FORCED: a fault whose own handler is off or cannot run');
  expect(report).toContain('CFSR    0x0001_0000  HFSR 0x4000_0000');
  expect(report.filter((line) => /^r(0|12) /.test(line))).toHaveLength(2);
  expect(report.at(-1)).toMatch(/^end {5}time, /);
});

test('--json', () => {
  const { events } = kickstage(folder, 'run', '--for', '10ms', '--json');
  const faults = events.filter(({ event }) => event === 'fault');
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject({
    ...{ exception: 'HardFault', trap: 'abort', message: 'the tank is full', cfsr: 0x1_0000, hfsr: 0x4000_0000 },
    at: { places: [{ file: 'apps/app1.ts', line: lineOf('throw') }] },
    cause: 'an assertion failed, or a `throw` or abort() was reached',
    status: expect.arrayContaining([expect.stringMatching(/^UNDEFINSTR: /)]),
    registers: { sp: expect.any(Number), lr: expect.any(Number), r0: expect.any(Number), xpsr: expect.any(Number) },
    backtrace: expect.any(Array),
  });
});
