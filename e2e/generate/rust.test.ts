/**
 * rustc judges the generated module: no warning in any edition, and its computations against ours, in a program for this
 * machine. Rust is on few machines, CI's not among them: without it these tests are skipped in any case.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as mailbox from '@kickstage/abi/mailbox';
import { crc32 } from '@kickstage/base/crc32';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyOfExample, kickstage, removeCopies } from '../cli/run-cli.ts';

const isPresent = spawnSync('rustc', ['--version'], { stdio: 'ignore' }).status === 0;
const label = isPresent ? 'referee rustc' : 'referee missing: rustc';

afterAll(removeCopies);

/** Little-endian words with their CRC behind. */
function withCrc(words: readonly number[]): number[] {
  const bytes = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => bytes.setUint32(4 * i, word, true));
  return [...words, crc32(new Uint8Array(bytes.buffer))];
}

/** What the module computes, as Rust expressions, and what that is. */
interface Computed {
  readonly expressions: readonly string[];
  readonly values: readonly string[];
}

function record(): Computed {
  const request = [mailbox.MAILBOX_MAGIC, mailbox.MAILBOX_VERSION | (mailbox.REQUEST_BOOT << 8), 1];
  const words = withCrc([mailbox.MAILBOX_MAGIC, 0x0103_0001, 0x0001_0301, 7, 9, 0x0102_0003, 0]);
  const report = 'slot: 1, wanted: 1, reason: 3, refusal: 1, reset_cause: 3, attempts: 7, exchange: 9';
  return {
    expressions: [
      'k::boot_request(k::APP_APP2)',
      `k::BootReport::decode(&${JSON.stringify(words)})`,
      `k::BootReport::decode(&${JSON.stringify(words.with(3, 8))})`,
      'k::BootReport::decode(&[0; 8])',
    ],
    values: [
      `[${withCrc(request).join(', ')}]`,
      `Some(BootReport { ${report}, bootloader_version: ${0x0102_0003} })`,
      ...['None', 'None'],
    ],
  };
}

function magicWord(): Computed {
  const report = 'slot: 1, wanted: 255, reason: 2, refusal: 0, reset_cause: 0, attempts: 0, exchange: 0';
  return {
    expressions: [
      '[k::boot_request(k::APP_APP1), k::boot_request(k::APP_APP2), k::boot_request(9)]',
      'k::BootReport::decode(0xB701_0200)',
      'k::BootReport::decode(0xB601_0200)',
    ],
    values: [`[${0xdeadbeef}, ${0xcafebabe}, 0]`, `Some(BootReport { ${report}, bootloader_version: 0 })`, 'None'],
  };
}

const COMPUTED = { 'two-apps': record(), 'two-apps-classic': magicWord() };

describe.skipIf(!isPresent).each(['two-apps', 'two-apps-classic'] as const)(`the module of %s (${label})`, (name) => {
  let folder: string;

  beforeAll(() => {
    folder = copyOfExample(name);
    expect(kickstage(folder, 'generate', 'rust').code).toBe(0);
  });

  test.each(['2018', '2021', '2024'])('edition %s', (edition) => {
    const kind = ['--crate-type', 'lib', '--emit=metadata', '--edition', edition, '-D', 'warnings'];
    const files = ['-o', join(folder, `${edition}.rmeta`), join(folder, 'generated/rust/kickstage.rs')];
    const { status, stderr } = spawnSync('rustc', [...kind, ...files], { encoding: 'utf8' });
    expect([stderr, status]).toEqual(['', 0]);
  });

  function evaluate(...expressions: readonly string[]): string[] {
    const source = join(folder, 'main.rs');
    const prints = expressions.map((expression) => `println!("{:?}", ${expression});`);
    writeFileSync(source, `#[path = "generated/rust/kickstage.rs"] mod k;\nfn main() { ${prints.join('\n')} }\n`);
    execFileSync('rustc', ['--edition', '2021', '-o', join(folder, 'main'), source], { stdio: 'pipe' });
    return execFileSync(join(folder, 'main'), { encoding: 'utf8' }).trim().split('\n');
  }

  test('requests and reports', () => {
    const { expressions, values } = COMPUTED[name];
    expect(evaluate(...expressions)).toEqual(values);
  });
});
