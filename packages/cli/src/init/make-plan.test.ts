import { expect, test } from 'vitest';
import { DEFAULTS } from './answers.ts';
import { makePlan } from './make-plan.ts';

const plan = (changes: Partial<typeof DEFAULTS>, name?: string) =>
  makePlan({ ...DEFAULTS, ...changes }, '/home/me/Blinker', name);
const codes = (changes: Partial<typeof DEFAULTS>, name?: string) =>
  plan(changes, name).diagnostics.map(({ code }) => code);

test.each([
  ['blackpill', 'app1,app2', '128K'],
  ['blackpill-f401', 'app1,app2', '64K'],
  ['blackpill', 'a,b,c,d,e,f,g', '16K'],
  ['nucleo-l476rg', 'a,b,c,d,e,f,g,h', '64K'],
])('%s with %s: slots of %s', (board, apps, size) => {
  expect(plan({ board, apps }).value?.appSize).toBe(size);
});

test('apps are a ring; an only app has no next', () => {
  const ring = plan({ apps: 'a, b,c' }).value?.apps.map(({ name, next }) => [name, next]);
  expect(ring).toEqual([
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
  ]);
  expect(plan({ apps: 'a' }).value?.apps[0].next).toBeUndefined();
});

test('magic words are there where they are needed, and do not depend on the other apps', () => {
  const words = (apps: string) => plan({ apps, mailbox: 'magic-word' }).value?.apps.map(({ magic }) => magic);
  expect(words('a,b')).toEqual(words('b,a')?.reverse());
  expect(new Set(words('a,b,c,d,e')).size).toBe(5);
  expect(plan({}).value?.apps[0].magic).toBeUndefined();
});

test('the name is the given one, or the folder gives it', () => {
  expect(plan({}).value?.name).toBe('blinker');
  expect(plan({}, '@me/blinker').value?.name).toBe('@me/blinker');
});

test('all that is wrong is said at once', () => {
  expect(codes({ board: 'x', apps: 'a-b,a,A,bootloader', mailbox: 'x' }, 'X')).toEqual([
    'CLI020',
    'MAP019',
    'MAP019',
    'MAP019',
    'CLI004',
    'CLI022',
  ]);
});

test.each([
  ['no apps', ' , ', 'MAP021'],
  ['an app twice', 'a,a', 'CLI004'],
  ['more apps than sectors', 'a,b,c,d,e,f,g,h', 'MAP005'],
])('%s', (_title, apps, code) => {
  const { value, diagnostics } = plan({ apps });
  expect(value).toBeUndefined();
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({ code, at: { path: '--apps' } });
});
