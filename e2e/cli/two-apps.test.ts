/** The first system of ours at work: two apps that switch by the button, as real machine code. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type CliResult, example, kickstage } from './run-cli.ts';

interface Event extends Record<string, unknown> {
  readonly t: number;
  readonly event: string;
}

/** Durations between a pin's edges in ms within (from, to), with the level that each lasts, momentary ones left out. */
function blinks(events: readonly Event[], pin: string, from: number, to: number): [level: number, ms: number][] {
  const edges = events.filter((e) => e.event === 'pin' && e.pin === pin && e.t > from && e.t < to);
  const spans: [number, number][] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    spans.push([edges[i].level as number, Math.round((edges[i + 1].t - edges[i].t) * 1000)]);
  }
  return spans.filter(([, ms]) => ms > 0);
}

describe.each([
  ['two-apps', 'PC13', 'PA0'],
  ['two-apps-classic', 'PC13', 'PA0'],
  ['two-apps-l4', 'PA5', 'PC13'],
])('%s', (name, led, button) => {
  const script = ['run', '--for', '8s', '--press', `${button}@3s`, '--press', `${button}@6s`, '--json'];
  let result: CliResult;
  let events: Event[];

  beforeAll(() => {
    result = kickstage(example(name), ...script);
    events = result.events as Event[];
  });

  test('it ends well', () => {
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'time' });
    expect(events.at(-1)?.t).toBeCloseTo(8, 6);
  });

  test('resets and boots, in their order', () => {
    const story = events.filter((e) => e.event === 'reset' || e.event === 'boot');
    expect(story.map((e) => (e.event === 'reset' ? e.cause : [e.slot, e.reason]))).toEqual([
      'power-on',
      ['app1', 'default'],
      'software',
      ['app2', 'mailbox'],
      'software',
      ['app1', 'mailbox'],
    ]);
    const [, , second, , third] = story;
    expect(second.t).toBeGreaterThan(3);
    expect(second.t).toBeLessThan(3.3);
    expect(third.t).toBeGreaterThan(6);
    expect(third.t).toBeLessThan(6.4);
  });

  test('UART lines, in their order', () => {
    const lines = events.filter((e) => e.event === 'uart');
    expect(new Set(lines.map((e) => e.port))).toEqual(new Set(['USART2']));
    const start1 = [
      '=== APP1 STARTING ===',
      'APP1: Init complete - button interrupt enabled',
      'APP1: Press button to switch to APP2',
    ];
    expect(lines.map((e) => e.text)).toEqual([
      ...start1,
      'APP1: Button pressed! Switching to APP2...',
      '=== APP2 STARTING ===',
      'APP2: Init complete - fast blinker mode',
      'APP2: Press button to switch to APP1',
      'APP2: Button pressed! Switching to APP1...',
      ...start1,
    ]);
  });

  test('the press comes before its line, the line before the reset', () => {
    const press = events.findIndex((e) => e.event === 'button' && e.pressed === true);
    const line = events.findIndex((e) => e.event === 'uart' && String(e.text).includes('Button pressed!'));
    const reset = events.findIndex((e) => e.event === 'reset' && e.cause === 'software');
    expect([press, line, reset]).toEqual([...[press, line, reset]].sort((a, b) => a - b));
    expect(press).toBeGreaterThan(0);
  });

  test('app1 blinks 150/50/150/50/2000 ms', () => {
    const pattern = [
      [1, 150],
      [0, 50],
      [1, 150],
      [0, 50],
      [1, 2000],
    ];
    const spans = blinks(events, led, 0, 3);
    expect(spans).toEqual(spans.map((_, i) => pattern[i % pattern.length]));
    expect(spans.length).toBeGreaterThanOrEqual(7);
  });

  test('app2 blinks 50/50 ms', () => {
    const spans = blinks(events, led, 3.4, 6);
    expect(spans.length).toBeGreaterThan(40);
    expect(new Set(spans.map(([, ms]) => ms))).toEqual(new Set([50]));
    expect(spans.every(([level], i) => level === (spans[0][0] + i) % 2)).toBe(true);
  });

  test('the same input gives the same run', () => {
    expect(kickstage(example(name), ...script).stdout).toBe(result.stdout);
  });
});
