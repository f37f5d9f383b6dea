/** `kickstage test powercut` as a user calls it: parts that are merged, runs that go on, failures that are replayed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyOfExample, edit, kickstage, removeCopies } from '../cli/run-cli.ts';

afterAll(removeCopies);

const powercut = (folder: string, ...args: string[]) => kickstage(folder, 'test', 'powercut', ...args, '--json');
const last = ({ events }: { events: readonly Record<string, unknown>[] }, name: string) =>
  events.filter(({ event }) => event === name).at(-1);

describe('a project that loses nothing', () => {
  let folder = '';
  beforeAll(() => {
    folder = copyOfExample('bank-exchange');
  });

  test('parts, and what is missing when they are merged', () => {
    const parts = ['1/900', '2/900'].map((shard, i) =>
      powercut(folder, '--strategy', 'direct', '--shard', shard, '--result', `part${i}.json`),
    );
    expect(parts.map(({ code }) => code)).toEqual([0, 0]);
    const merged = powercut(folder, '--merge', 'part0.json', 'part1.json');
    const cuts = parts.map((part) => Number(last(part, 'powercut')?.cuts));
    expect(last(merged, 'powercut')).toMatchObject({ cuts: cuts[0] + cuts[1], failures: 0 });
    const { missing } = last(merged, 'merged') as { missing: string[] };
    expect([merged.code, missing.length]).toEqual([1, 898]);
    expect(kickstage(folder, 'test', 'powercut', '--merge', 'part0.json', 'part0.json').stderr).toContain(
      'the same part',
    );
  });

  test('a run that was stopped goes on', () => {
    const args = ['--strategy', 'direct', '--shard', '5/900', '--checkpoint', 'done.json'];
    const first = last(powercut(folder, ...args), 'powercut');
    expect(JSON.parse(readFileSync(join(folder, 'done.json'), 'utf8')).checkpoint.stagesDone).toBeGreaterThan(20);
    expect(last(powercut(folder, ...args), 'powercut')).toEqual(first);
    const other = powercut(folder, ...args, '--seed', '2');
    expect([other.code, other.stdout]).toEqual([2, expect.stringContaining('of another campaign')]);
  });

  test('on the virtual board', () => {
    const { code, ...run } = powercut(folder, '--strategy', 'direct', '--on', 'emulator', '--cuts', '10');
    expect(code).toBe(0);
    expect(last(run, 'powercut')).toMatchObject({ on: 'emulator', failures: 0 });
  });
});

describe('a project that keeps its state in RAM', () => {
  let folder = '';
  beforeAll(() => {
    folder = copyOfExample('bank-exchange');
    edit(folder, 'boot.config.ts', 'trialWatchdog: 4000', "state: 'ram'");
  });

  test('a chain fails, is shrunk, and fails again', () => {
    const { code, events } = powercut(folder, '--chains', '5');
    expect(code).toBe(1);
    const failure = events.find(({ event }) => event === 'failure') as { found: number; steps: unknown[] };
    expect(failure.steps.length).toBeLessThan(failure.found / 4);
    expect(existsSync(join(folder, 'powercut-failure.json'))).toBe(true);
    const again = powercut(folder, '--replay', 'powercut-failure.json');
    expect([again.code, last(again, 'replay')?.problem]).toEqual([1, expect.any(String)]);
  });

  test('a cut fails, and fails again, here and in machine code', () => {
    expect(powercut(folder, '--shard', '7/97').code).toBe(1);
    const args = ['--replay', 'powercut-failure.json'];
    expect(powercut(folder, ...args).code).toBe(1);
    const there = powercut(folder, ...args, '--on', 'emulator');
    expect([there.code, last(there, 'replay')?.problem]).toEqual([1, 'v1 was started; only v2 on trial may be']);
  });
});

describe('a signed product', () => {
  let folder = '';
  beforeAll(() => {
    folder = copyOfExample('signed-update');
    kickstage(folder, 'keys', 'new', 'keys/main.pem');
  });

  test('is signed with its own key, or with one of the lab that is trusted in its place', () => {
    const own = powercut(folder, '--chains', '1');
    expect(last(own, 'images')).toMatchObject({ signedWith: 'main', throwAway: false });
    expect([own.code, last(own, 'rate')]).toEqual([0, expect.objectContaining({ verify: 'signature' })]);
    kickstage(folder, 'keys', 'public', 'keys/main.pem', '--out', 'keys/main.pub.pem');
    edit(folder, 'boot.config.ts', 'keys/main.pem', 'keys/main.pub.pem');
    const thrownAway = powercut(folder, '--chains', '1');
    expect(last(thrownAway, 'images')).toMatchObject({ signedWith: 'main', throwAway: true });
    expect([thrownAway.code, last(thrownAway, 'chains')?.failures]).toEqual([0, 0]);
  });

  test('without verification', () => {
    const { code, ...run } = powercut(folder, '--chains', '1', '--without-verification');
    expect([code, last(run, 'rate')]).toEqual([0, undefined]);
    expect(last(run, 'images')).toMatchObject({ verified: false });
  });
});

test.each([
  [['--on', 'mars'], 'is no place'],
  [['--cuts', '5'], '--cuts is for --on emulator'],
  [['--chains', 'many'], 'is no whole number'],
  [['--gdb'], '--gdb is for a failure that is replayed'],
])('%s', (args, what) => {
  const { code, stderr } = kickstage(copyOfExample('bank-exchange'), 'test', 'powercut', ...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(what)]);
});
