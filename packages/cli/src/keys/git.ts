/** What git knows of private keys: whether it ignores a file, and which ones it tracks. Without git nothing is known. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Diagnostic } from '@kickstage/base/diagnostic';

/** Bytes of a file's beginning in which a PEM block would be seen. */
const HEAD_SIZE = 4096;
const PRIVATE_BLOCK = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/;
/** Endings of files that are looked into. */
const KEY_NAMES = ['*.pem', '*.key', '*.p8', '*.pk8'];
const PATIENCE = 10_000;

/** Exit code and lines; undefined where there is no git. */
function git(folder: string, ...args: readonly string[]): { code: number; names: string[] } | undefined {
  const { status, stdout, error } = spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8', timeout: PATIENCE });
  if (error || status === null) return undefined;
  return { code: status, names: stdout.split('\0').filter((name) => name !== '') };
}

/** A warning where a private key that was just written would be committed. */
export function warnUnlessIgnored(path: string, name: string): Diagnostic[] {
  const answer = git(dirname(path), 'check-ignore', '--quiet', '--', basename(path));
  // 0: ignored; 1: not ignored; 128: no repository.
  if (answer?.code !== 1) return [];
  return [
    {
      code: 'CLI043',
      severity: 'warning',
      what: 'git does not ignore this private key',
      at: { file: name },
      why: 'who can read the repository could sign firmware for your boards',
      fix: 'add a line to .gitignore: *.pem',
    },
  ];
}

/** A warning for each private key in the folder that git tracks. */
export function warnOfTrackedKeys(folder: string): Diagnostic[] {
  const answer = git(folder, 'ls-files', '-z', '--', ...KEY_NAMES, ...KEY_NAMES.map((name) => `**/${name}`));
  if (answer?.code !== 0) return [];
  const keys = [...new Set(answer.names)].filter((name) => PRIVATE_BLOCK.test(readHead(join(folder, name))));
  return keys.map((name) => ({
    code: 'CLI043',
    severity: 'warning',
    what: 'git tracks a private key',
    at: { file: name },
    why: 'who can read the repository, and its past, can sign firmware for your boards',
    fix: `git rm --cached ${name}, make another key, and no longer trust this one`,
  }));
}

function readHead(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(HEAD_SIZE);
      return buffer.toString('latin1', 0, readSync(file, buffer));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
