/** Passwords are read without being shown. */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { askSecret, type SecretInput } from './password.ts';

class Keyboard extends EventEmitter implements SecretInput {
  readonly modes: boolean[] = [];
  setRawMode = (raw: boolean) => this.modes.push(raw);
  resume() {}
  pause() {}
}

/** What comes of these chunks, what is shown meanwhile, and what the terminal was set to. */
async function type(...chunks: readonly string[]) {
  const keyboard = new Keyboard();
  const output = new PassThrough();
  const answer = askSecret('Password: ', keyboard, output).then(
    (password) => ({ password }),
    (error: Error) => ({ error: error.message }),
  );
  for (const chunk of chunks) keyboard.emit('data', Buffer.from(chunk));
  const result = await answer;
  return { ...result, shown: String(output.read()), modes: keyboard.modes, listeners: keyboard.listenerCount('data') };
}

test.each([
  [['secret\r'], 'secret'],
  [['se', 'cre', 't\n'], 'secret'],
  [['secrex\x7ft\r'], 'secret'],
  [['\b\bab\x7f\x7f\x7fc\r'], 'c'],
  [['schlüssel 🔑\r'], 'schlüssel 🔑'],
  [['🔑\x7fa\r'], 'a'],
  [['\r'], ''],
])('%j', async (chunks, password) => {
  expect(await type(...chunks)).toEqual({ password, shown: 'Password: \n', modes: [true, false], listeners: 0 });
});

test('the terminal is silent before anybody is asked to type', async () => {
  const keyboard = new Keyboard();
  const output = new PassThrough();
  const shownBefore: boolean[] = [];
  keyboard.setRawMode = (raw) => {
    if (raw) shownBefore.push(output.readableLength > 0);
    return 0;
  };
  const answer = askSecret('Password: ', keyboard, output);
  keyboard.emit('data', Buffer.from('x\r'));
  expect([await answer, shownBefore]).toEqual(['x', [false]]);
});

test.each(['\x03', 'abc\x03', '\x04'])('%j ends the command', async (keys) => {
  const { error, shown, modes } = (await type(keys)) as { error: string; shown: string; modes: boolean[] };
  expect([error, shown, modes]).toEqual(['no password was given', 'Password: \n', [true, false]]);
});
