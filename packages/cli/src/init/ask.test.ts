import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { CommandFailure } from '../command-context.ts';
import type { Answers } from './answers.ts';
import { askAnswers } from './ask.ts';

/** Asks somebody who types these lines and then ends the input. */
async function ask(lines: readonly string[], given: Answers = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  const shown: string[] = [];
  output.on('data', (chunk) => shown.push(String(chunk)));
  input.end(lines.map((line) => `${line}\n`).join(''));
  const answers = await askAnswers(given, { input, output });
  return { answers, shown: shown.join('') };
}

test('empty lines are the defaults', async () => {
  const { answers, shown } = await ask(['', '', '']);
  expect(answers).toEqual({ board: 'blackpill', apps: 'app1,app2', mailbox: 'record' });
  expect(shown).toContain('  1  blackpill ');
  expect(shown).toContain('Names of the apps [app1,app2]: ');
});

test('a board by number, apps with blanks', async () => {
  const { answers } = await ask(['4', 'main, service', 'magic-word']);
  expect(answers).toEqual({ board: 'nucleo-f411re', apps: 'main, service', mailbox: 'magic-word' });
});

test('what is given is not asked for', async () => {
  const { answers, shown } = await ask([''], { board: 'nucleo-f446re', apps: 'x' });
  expect(answers).toEqual({ board: 'nucleo-f446re', apps: 'x', mailbox: 'record' });
  expect(shown).not.toContain('Board');
});

test('a wrong answer is asked again', async () => {
  const { answers, shown } = await ask(['blackpil', '99', 'blackpill-f401', 'my-app', 'my_app', 'recrod', 'record']);
  expect(answers).toEqual({ board: 'blackpill-f401', apps: 'my_app', mailbox: 'record' });
  expect(shown).toContain('there is no board `blackpil`; did you mean blackpill?');
  expect(shown).toContain('there is no board `99`');
  expect(shown).toContain('`my-app` cannot be the name of an app');
  expect(shown).toContain('did you mean record?');
});

test('the end of the input is CLI024', async () => {
  const failure = await ask(['', '']).catch((error) => error);
  expect(failure).toBeInstanceOf(CommandFailure);
  expect(failure.diagnostics[0].code).toBe('CLI024');
});
