/** `kickstage doctor` with fake tools on PATH. */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Bench } from './fakes/bench.ts';
import { copyOfExample, edit, removeCopies } from './run-cli.ts';

let bench: Bench;
let project: string;
beforeAll(async () => {
  bench = await Bench.open();
  project = copyOfExample('two-apps');
});
beforeEach(() => bench.reset());
afterAll(() => {
  bench.close();
  removeCopies();
});

const doctor = (folder: string, programs: readonly string[], ...args: string[]) => {
  const result = bench.kickstage(folder, programs, ['doctor', '--json', ...args]);
  const checks = result.events.filter((e) => e.event === 'check');
  const check = (name: string) => checks.find((e) => e.name === name);
  return { ...result, check, usable: result.events.find((e) => e.event === 'doctor')?.usable };
};

test('all tools and a board', () => {
  const { code, check, usable } = doctor(project, ['probe-rs', 'openocd', 'st-flash', 'st-info', 'dfu-util']);
  expect([code, usable]).toEqual([0, ['probe-rs', 'openocd', 'st-flash', 'dfu-util']]);
  expect(check('node')).toMatchObject({ status: 'ok' });
  expect(check('project')).toMatchObject({ status: 'ok', found: 'boot.config.ts: blackpill, STM32F411xE' });
  for (const [name, version] of [
    ['probe-rs', '0.29.0'],
    ['openocd', '0.12.0'],
    ['st-flash', '1.7.0'],
    ['dfu-util', '0.11'],
  ] as const) {
    expect(check(`tool ${name}`)).toMatchObject({ status: 'ok', found: expect.stringContaining(version) });
    expect(check(`device by ${name}`)).toMatchObject({ status: 'ok', found: expect.stringContaining('STM32F411xE') });
  }
});

test('no tool at all', () => {
  const { code, check, usable } = doctor(project, []);
  expect([code, usable]).toEqual([3, []]);
  expect(check('tool openocd')).toMatchObject({ status: 'warn', fix: expect.stringContaining('apt install openocd') });
});

test('a tool without a device, and one without rights', () => {
  bench.reset({ trouble: 'no-device' });
  expect(doctor(project, ['dfu-util'])).toMatchObject({ code: 3, usable: [] });
  bench.reset({ trouble: 'permission' });
  const { code, check } = doctor(project, ['openocd']);
  expect(code).toBe(3);
  expect(check('device by openocd')).toMatchObject({ status: 'fail', found: expect.stringContaining('FLS003') });
  expect(check('device by openocd')?.lines).toHaveLength(2);
});

test('another board than the config says', () => {
  bench.reset({ deviceId: 0x413 });
  expect(doctor(project, ['st-flash', 'st-info']).check('device by st-flash')).toMatchObject({
    status: 'fail',
    found: expect.stringContaining('FLS007'),
  });
});

test('a broken config is one failed check among others', () => {
  const broken = copyOfExample('two-apps');
  edit(broken, 'boot.config.ts', "default: 'app1'", "default: 'app9'");
  const { check } = doctor(broken, ['openocd']);
  expect(check('project')).toMatchObject({ status: 'fail', fix: 'kickstage check says more' });
  expect(check('tool openocd')).toMatchObject({ status: 'ok' });
});

test('outside of a project, devices are listed', () => {
  const { code, check, usable } = doctor(tmpdir(), ['dfu-util', 'openocd']);
  expect([code, usable]).toEqual([0, ['dfu-util']]);
  expect(check('project')).toMatchObject({ status: 'warn' });
  expect(check('device by dfu-util')).toMatchObject({ status: 'ok', found: expect.stringContaining('0483:df11') });
});

test('for people: a line a check, and the mend below', () => {
  const { code, stdout, stderr } = bench.kickstage(project, ['dfu-util'], ['doctor']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^ok {4}tool dfu-util {8}0\.11, /m);
  expect(stdout).toMatch(/^warn {2}tool openocd {9}no openocd on PATH$/m);
  expect(stdout).toContain('a board can be flashed: kickstage flash --via dfu-util');
});
