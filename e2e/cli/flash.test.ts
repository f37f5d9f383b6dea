/**
 * `kickstage flash` from end to end against fake tools whose board is a file: what is on the board afterwards, which
 * sectors were erased for it, and what is said when something is wrong. Nothing here has seen silicon.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Bench, type LogEntry } from './fakes/bench.ts';
import type { Trouble } from './fakes/board.ts';
import { type CliResult, copyOfExample, edit, removeCopies } from './run-cli.ts';

/** A tool and the programs of it. */
const TOOLS: readonly (readonly [name: string, programs: readonly string[]])[] = [
  ['openocd', ['openocd']],
  ['st-flash', ['st-flash', 'st-info']],
  ['dfu-util', ['dfu-util']],
  ['probe-rs', ['probe-rs']],
];

const BOOT = 0x0800_0000;
/** Slots of two-apps-classic: app1 ends and app2 begins inside sector 5. */
const APP1 = 0x0800_4000;
const SHARED = 0x0802_0000;
const APP2 = 0x0802_4000;

let bench: Bench;
let project: string;

const built = (name: string) => new Uint8Array(readFileSync(join(project, 'build', `${name}.bin`)));
const writes = (log: readonly LogEntry[]) => log.filter((entry) => entry.write !== undefined);
const codes = ({ events }: CliResult) => events.filter((e) => e.event === 'diagnostic').map((e) => e.code);
const flash = (programs: readonly string[], ...args: string[]) =>
  bench.kickstage(project, programs, ['flash', ...args]);
const pattern = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 7 + 3) & 0xff);

beforeAll(async () => {
  bench = await Bench.open();
  project = copyOfExample('two-apps-classic');
  const { code, stderr } = bench.kickstage(project, [], ['flash', '--dry-run']);
  expect([code, stderr]).toEqual([0, 'building bootloader, app1, app2\n']);
});
beforeEach(() => {
  bench.reset();
  writeFileSync(join(project, 'build/flashed.json'), '{}');
});
afterAll(() => {
  bench.close();
  removeCopies();
});

describe.each(TOOLS)('%s', (name, programs) => {
  test('writes all images to an erased board, then nothing again', () => {
    const first = flash(programs, '--json');
    expect(codes(first)).toEqual([]);
    expect(first.code).toBe(0);
    for (const [image, start] of [
      ['bootloader', BOOT],
      ['app1', APP1],
      ['app2', APP2],
    ] as const)
      expect(bench.at(start, built(image).length)).toEqual(built(image));
    const log = bench.takeLog();
    expect(new Set(log.flatMap(({ tool }) => (tool ? [tool] : [])))).toEqual(new Set(programs));
    expect(writes(log).map(({ erased }) => erased)).toEqual([[BOOT], [APP1], [SHARED]]);
    expect(first.events.at(-1)).toMatchObject({ event: 'flashed', verified: true, started: true, skipped: [] });
    expect(first.events.find((e) => e.event === 'tool')).toMatchObject({ tool: name });

    const second = flash(programs, '--json');
    expect(second.code).toBe(0);
    expect(writes(bench.takeLog())).toEqual([]);
    expect(second.events.at(-1)).toMatchObject({ event: 'flashed', written: [], skipped: [0, 1, 5] });
  });

  test("keeps the neighbour's bytes in a shared sector", () => {
    bench.put(BOOT, built('bootloader'));
    bench.put(SHARED, pattern(0x4000));
    const { code, events } = flash(programs, 'app2', '--json');
    expect(code).toBe(0);
    expect(bench.at(SHARED, 0x4000)).toEqual(pattern(0x4000));
    expect(bench.at(APP2, built('app2').length)).toEqual(built('app2'));
    expect(writes(bench.takeLog()).map(({ write, erased }) => [write, erased])).toEqual([[SHARED, [SHARED]]]);
    expect(events.find((e) => e.event === 'sector' && e.index === 5)).toMatchObject({
      action: 'write',
      kept: [{ owner: 'app1', start: SHARED, end: APP2 }],
    });
  });

  test('no permission', () => {
    bench.reset({ trouble: 'permission' });
    const result = flash(programs, '--json');
    expect([codes(result), result.code]).toEqual([['FLS003'], 3]);
  });

  test('another chip is refused before anything is written', () => {
    bench.reset({ deviceId: 0x410 });
    const result = flash(programs, '--json');
    expect([codes(result), result.code]).toEqual([['FLS007'], 5]);
    expect(writes(bench.takeLog())).toEqual([]);
  });

  test('a bit that does not take is found by reading back', () => {
    bench.reset({ stuckAt: APP1 + 4 });
    const result = flash(programs, '--json');
    expect(built('app1')[4] & 1).toBe(1);
    expect([codes(result), result.code]).toEqual([['FLS011'], 4]);
    const { got } = result.events.find((e) => e.event === 'diagnostic') as { got: string };
    expect(got).toContain('0x0800_4004 (`app1`)');
  });
});

describe('openocd alone', () => {
  test.each<[Trouble, string, number]>([
    ['no-device', 'FLS002', 3],
    ['busy', 'FLS004', 3],
    ['no-voltage', 'FLS005', 3],
    ['no-connection', 'FLS006', 3],
    ['read-protected', 'FLS008', 5],
    ['write-protected', 'FLS010', 5],
    ['short-read', 'FLS018', 5],
  ])('%s', (trouble, code, exit) => {
    bench.reset({ trouble });
    const result = flash(['openocd'], '--json');
    expect([codes(result), result.code]).toEqual([[code], exit]);
    expect(bench.flash.every((byte) => byte === 0xff)).toBe(true);
  });

  test('a board that cannot be reset is a warning', () => {
    bench.reset({ trouble: 'no-reset' });
    const result = flash(['openocd'], '--json');
    expect([codes(result), result.code]).toEqual([['FLS021'], 0]);
  });

  test('progress goes to stderr, region by region; the result to stdout', () => {
    const { stdout, stderr } = flash(['openocd']);
    expect(
      stderr
        .split('\n')
        .filter((line) => / (?:erasing|writing|verifying|reading) /.test(line))
        .map((line) => line.split(/\s+/)[0]),
    ).toEqual(expect.arrayContaining(['board', 'bootloader', 'app1', 'app2']));
    expect(stderr).toMatch(/app2\+?\w* +erasing +\d+ bytes at 0x0802_0000, erase takes 1\.0 s/);
    expect(stdout).toContain('written and verified');
  });
});

describe('which tool', () => {
  test('the first on PATH, and why', () => {
    const result = flash(['dfu-util', 'st-flash', 'st-info'], '--json');
    expect(result.events.find((e) => e.event === 'tool')).toEqual({
      event: 'tool',
      tool: 'st-flash',
      why: 'st-flash is on PATH; probe-rs not on PATH, openocd not on PATH',
    });
  });

  test('none', () => {
    const result = flash([], '--json');
    expect([codes(result), result.code]).toEqual([['FLS001'], 3]);
  });

  test('--via a tool that is not there, or that nobody knows', () => {
    const absent = flash(['openocd'], '--via', 'dfu-util', '--json');
    expect([codes(absent), absent.code]).toEqual([['FLS001'], 3]);
    const unknown = flash(['openocd'], '--via', 'opencd', '--json');
    expect([codes(unknown), unknown.code]).toEqual([['CLI004'], 2]);
    expect(unknown.events.at(-1)).toMatchObject({ fix: 'did you mean openocd?' });
  });
});

describe('the bootloader', () => {
  test('joins when the board has none, stays when it is the same', () => {
    expect(flash(['openocd'], 'app1', '--json').events.find((e) => e.event === 'bootloader')).toMatchObject({
      state: 'erased',
      flashed: true,
    });
    bench.takeLog();
    expect(flash(['openocd'], 'app2', '--json').events.find((e) => e.event === 'bootloader')).toMatchObject({
      state: 'same',
      flashed: false,
    });
    expect(writes(bench.takeLog()).map(({ write }) => write)).toEqual([SHARED]);
  });

  test("a stranger's program is kept until --yes, and the diagnostic says what would be lost", () => {
    bench.put(BOOT, pattern(3000));
    const result = flash(['openocd'], 'app1');
    expect(result.code).toBe(2);
    expect(writes(bench.takeLog())).toEqual([]);
    expect(result.stderr).toContain('error FLS013');
    expect(result.stderr).toContain('openocd -f interface/stlink.cfg');
    expect(bench.at(BOOT, 3000)).toEqual(pattern(3000));
    expect(flash(['openocd'], '--yes').code).toBe(0);
    expect(bench.at(BOOT, built('bootloader').length)).toEqual(built('bootloader'));
  });
});

describe('--dry-run', () => {
  test('prints every command and needs no tool', () => {
    const { code, events } = flash([], 'app2', '--dry-run', '--via', 'st-flash', '--json');
    expect(code).toBe(0);
    const commands = events.filter((e) => e.event === 'command');
    expect(commands.map(({ step, argv }) => [step, (argv as string[]).join(' ')])).toEqual([
      ['detect', 'st-info --probe'],
      ['read', 'st-flash read build/flash/board-08000000.bin 0x08000000 0x00004000'],
      ['read', 'st-flash read build/flash/board-08020000.bin 0x08020000 0x00020000'],
      ['write', 'st-flash write build/flash/bootloader-08000000.bin 0x08000000'],
      ['write', 'st-flash write build/flash/app2+app1-08020000.bin 0x08020000'],
      ['verify', 'st-flash read build/flash/board-08000000.bin 0x08000000 0x00004000'],
      ['verify', 'st-flash read build/flash/board-08020000.bin 0x08020000 0x00020000'],
      ['reset', 'st-flash reset'],
    ]);
    expect(commands[4]).toMatchObject({ keeps: ['app1'] });
    expect(bench.takeLog()).toEqual([]);
  });
});

describe('uf2', () => {
  const drive = () => {
    const folder = join(bench.folder, 'drive');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'INFO_UF2.TXT'), 'UF2 Bootloader 0.3\r\nModel: Blackpill\r\nBoard-ID: STM32F411CE\r\n');
    return folder;
  };
  const uf2 = (environment: object, ...args: string[]) =>
    bench.kickstage(project, [], ['flash', ...args, '--via', 'uf2', '--json'], environment);

  test('copies the app to the drive and says that nothing was verified', () => {
    const folder = drive();
    const result = uf2({ KICKSTAGE_UF2_DRIVE: folder }, 'app1');
    expect([codes(result), result.code]).toEqual([['FLS020'], 0]);
    const file = readFileSync(join(folder, 'app1-08004000.uf2'));
    expect([file.readUInt32LE(0), file.readUInt32LE(12), file.readUInt32LE(28)]).toEqual([
      0x0a324655,
      APP1,
      0x57755a57,
    ]);
  });

  test('no drive, the bootloader, a shared sector', () => {
    const absent = uf2({ KICKSTAGE_UF2_DRIVE: join(bench.folder, 'nowhere') }, 'app1');
    expect([codes(absent), absent.code]).toEqual([['FLS012'], 3]);
    const bootloader = uf2({ KICKSTAGE_UF2_DRIVE: drive() }, 'bootloader');
    expect([codes(bootloader), bootloader.code]).toEqual([['FLS019'], 2]);
    const shared = uf2({ KICKSTAGE_UF2_DRIVE: drive() }, 'app2');
    expect([codes(shared), shared.code]).toEqual([['FLS014'], 2]);
  });
});

test('an image that is not there', () => {
  const result = flash(['openocd'], 'ap1', '--json');
  expect([codes(result), result.code]).toEqual([['CLI008'], 2]);
  expect(result.events.at(-1)).toMatchObject({ fix: 'did you mean app1?' });
});

/** A copy of the project to change, on the board as it is. */
function flashedCopy(): string {
  const folder = copyOfExample('two-apps-classic');
  expect(bench.kickstage(folder, ['openocd'], ['flash']).code).toBe(0);
  bench.takeLog();
  return folder;
}

test('a changed source is built, and its sector alone is written', () => {
  const folder = flashedCopy();
  edit(folder, 'apps/app1.ts', 'Press button', 'Push button');
  const { code, stderr } = bench.kickstage(folder, ['openocd'], ['flash']);
  expect([code, stderr]).toEqual([0, expect.stringContaining('building bootloader, app1, app2')]);
  expect(writes(bench.takeLog()).map(({ erased }) => erased)).toEqual([[APP1]]);
});

test('an earlier bootloader of this project is replaced without asking', () => {
  const folder = flashedCopy();
  edit(folder, 'boot.config.ts', "size: '368K'", "size: '360K'");
  const result = bench.kickstage(folder, ['openocd'], ['flash', 'app1', '--json']);
  expect(result.code).toBe(0);
  expect(result.events.find((e) => e.event === 'bootloader')).toMatchObject({ state: 'outdated', flashed: true });
});
