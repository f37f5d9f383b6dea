/**
 * Referees are programs that we did not write and that judge our output: binutils, gcc, QEMU, gdb, Unicorn, OpenOCD.
 * They come from Debian and are optional on a developer's machine: without one its tests are skipped and say so. With
 * `KICKSTAGE_REFEREES=required` (as in CI) a missing referee fails its tests instead.
 */
import { spawnSync } from 'node:child_process';

const found = new Map<string, boolean>();

function isPresent(command: string, args: readonly string[]): boolean {
  const key = [command, ...args].join(' ');
  const known = found.get(key);
  if (known !== undefined) return known;
  const present = spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  found.set(key, present);
  return present;
}

/**
 * Whether tests that need `command` are to be skipped, and the words for their title. `args` is what the program is
 * called with to see that it works. Throws when the referee is missing and required.
 */
export function referee(command: string, args: readonly string[] = ['--version']): { skip: boolean; label: string } {
  if (isPresent(command, args)) return { skip: false, label: `referee ${command}` };
  if (process.env.KICKSTAGE_REFEREES === 'required') {
    throw new Error(`referee missing: ${command} ${args.join(' ')} does not run, and KICKSTAGE_REFEREES=required`);
  }
  return { skip: true, label: `referee missing: ${command}` };
}

/** Unicorn has no program of its own: it is a Python module of Debian's (python3-unicorn), for Debian's Python. */
export function unicornReferee(): { skip: boolean; label: string } {
  return referee('/usr/bin/python3', ['-c', 'import unicorn']);
}
