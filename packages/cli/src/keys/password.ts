/**
 * Passwords of keys: from the environment, or asked for in a terminal without showing them. Never from an option, which
 * every program on the machine could read.
 */
import { CommandFailure } from '../command-context.ts';

export const PASSWORD_VARIABLE = 'KICKSTAGE_KEY_PASSWORD';

/** A terminal's input that gives each key as it is pressed. */
export interface SecretInput {
  setRawMode?(raw: boolean): unknown;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** The password for a file; undefined where the environment has none and nobody can be asked. */
export async function findPassword(file: string): Promise<string | undefined> {
  const given = process.env[PASSWORD_VARIABLE];
  if (given !== undefined) return given;
  if (!canAsk()) return undefined;
  return askSecret(`Password of ${file}: `, process.stdin, process.stderr);
}

/** A new password, asked for twice. */
export async function chooseNewPassword(file: string): Promise<string> {
  const given = process.env[PASSWORD_VARIABLE];
  if (given !== undefined) return checked(given);
  if (!canAsk()) throw new CommandFailure([NO_PASSWORD]);
  const first = await askSecret(`New password for ${file}: `, process.stdin, process.stderr);
  const second = await askSecret('The same again: ', process.stdin, process.stderr);
  if (first !== second) throw new CommandFailure([{ ...NO_PASSWORD, what: 'the two passwords are not the same' }]);
  return checked(first);
}

function checked(password: string): string {
  if (password === '') throw new CommandFailure([{ ...NO_PASSWORD, what: 'the password is empty' }]);
  return password;
}

const canAsk = () => process.stdin.isTTY === true && process.stderr.isTTY === true;

const NO_PASSWORD = {
  code: 'KEY004',
  severity: 'error',
  what: 'there is no password to encrypt the key with',
  why: 'nothing was written',
  fix: `set ${PASSWORD_VARIABLE}, or call kickstage in a terminal, where it asks`,
} as const;

const NOT_GIVEN = { ...NO_PASSWORD, what: 'no password was given' } as const;

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const BACKSPACES = ['\x7f', '\b'];

/** A line that is not shown. Ctrl-C and Ctrl-D end the command. */
export function askSecret(prompt: string, input: SecretInput, output: NodeJS.WritableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (finish: () => void) => {
      input.off('data', onData);
      input.setRawMode?.(false);
      input.pause();
      output.write('\n');
      finish();
    };
    const onData = (chunk: Buffer) => {
      for (const key of chunk.toString('utf8')) {
        if (key === '\r' || key === '\n') return end(() => resolve(typed));
        if (key === CTRL_C || key === CTRL_D) return end(() => reject(new CommandFailure([NOT_GIVEN])));
        typed = BACKSPACES.includes(key) ? [...typed].slice(0, -1).join('') : typed + key;
      }
    };
    // The terminal is silenced before anybody is asked to type.
    input.setRawMode?.(true);
    output.write(prompt);
    input.on('data', onData);
    input.resume();
  });
}
