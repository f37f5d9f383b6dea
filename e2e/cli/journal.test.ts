/** `kickstage inspect --journal`: a dump of the journal in words; noise is noise. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kickstage } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'kickstage-journal-'));

test('noise of any size that has two halves', () => {
  const file = join(folder, 'noise.bin');
  writeFileSync(
    file,
    Uint8Array.from({ length: 4096 }, (_, i) => (i * 197 + (i >> 5)) & 0xff),
  );
  const { code, stdout } = kickstage(folder, 'inspect', file, '--journal');
  expect(code).toBe(0);
  expect(stdout).toContain('no header');
  expect(stdout).toContain('torn: its check sum is wrong');
  expect(stdout).toContain('the state: app 0: confirmed; never updated');
});

test('erased flash', () => {
  const file = join(folder, 'erased.bin');
  writeFileSync(file, new Uint8Array(4096).fill(0xff));
  const { code, events } = kickstage(folder, 'inspect', file, '--journal', '--json');
  expect(code).toBe(0);
  expect(events.at(-1)).toMatchObject({ event: 'journal', halves: [{ generation: 0, slots: [] }, { slots: [] }] });
});

test('CLI048: a file without two halves', () => {
  const file = join(folder, 'short.bin');
  writeFileSync(file, new Uint8Array(33));
  const { code, stderr } = kickstage(folder, 'inspect', file, '--journal');
  expect(code).toBe(2);
  expect(stderr).toContain('CLI048');
});
