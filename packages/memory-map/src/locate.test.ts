import { expect, test } from 'vitest';
import { locate } from './locate.ts';
import { membersAt } from './scan-source.ts';

const source = (text: string) => ({ file: 'boot.config.ts', text });

/** The text from the place that `path` is found at, up to the end of the line. */
function found(text: string, path: string): string {
  const { line, column } = locate({}, source(text), path);
  return text.split('\n')[line! - 1].slice(column! - 1);
}

const CONFIG = `import { x } from 'y';
export default {
  board, // boot: 'no'
  bootloader: { entry: 'at: {', size: "16K" },
  apps: {
    /* app1: { at: 0 } */ app1: app({ entry: \`apps/\${['at'].map((s) => { return s; })}.ts\`, at: 0x0800_4000, size: '1K' }),
    'app-2': app(({ list: [1, { a: 2 }, [3]], at: f({ at: 1 }) })),
    ...others, [computed]: 1, method() { return { at: 1 }; }, async: 1,
  } as const,
  boot: { default: 'app1', fallback: ['a,b', "c", other] },
};
`;

test.each([
  ['board', "board, // boot: 'no'"],
  ['bootloader.size', 'size: "16K" },'],
  ['apps.app1', 'app1: app({ entry'],
  ['apps.app1.at', "at: 0x0800_4000, size: '1K' }),"],
  ['apps.app1.size', "size: '1K' }),"],
  ['apps.app-2', "'app-2': app(({ list"],
  ['apps.app-2.at', 'at: f({ at: 1 }) })),'],
  ['apps.app-2.list.1.a', 'a: 2 }, [3]]'],
  ['apps.app-2.list.2.0', '3]], at:'],
  ['apps.async', 'async: 1,'],
  ['boot.default', "default: 'app1', fallback"],
  ['boot.fallback.1', '"c", other] },'],
  // What is not there is at what would hold it.
  ['boot.nothing', "boot: { default: 'app1'"],
  ['apps.app3.at', 'apps: {'],
  ['', '{'],
])('%s', (path, text) => {
  expect(found(CONFIG, path)).toMatch(text === '{' ? /^\{$/ : new RegExp(`^${text.replace(/[^\w ]/g, '\\$&')}`));
});

test.each(['', '{', '{ a', '{ a: (', "{ a: '", '{ a: `${', '{ a: /* ', '{ , }', '{ a: 1 ]', '((('])(
  'text that ends too early: %s',
  (text) => {
    expect(() => membersAt(text, 0)).not.toThrow();
  },
);

test('without text, and without a call', () => {
  expect(locate({}, undefined, 'boot')).toEqual({ path: 'boot' });
  expect(locate(null, source('const a = 1;'), 'boot')).toEqual({ file: 'boot.config.ts', path: 'boot' });
});

test('a value that was made in another file is placed there', () => {
  const site = { file: '/project/shared/apps.ts', line: 7, column: 90 };
  const app1 = Object.defineProperty({ size: '1K' }, Symbol.for('kickstage.callSite'), { value: site });
  const config = { apps: { app1 } };
  expect(locate(config, source('export default { apps: { app1: shared } };'), 'apps.app1.size')).toEqual({
    file: '/project/shared/apps.ts',
    line: 7,
    path: 'apps.app1.size',
  });
});
