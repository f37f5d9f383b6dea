/** gdb on an ELF file, without a target: lines, breakpoints, sources, as a person asks for them in the project's folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { buildExample, codeOf, type DebugBuild, imageOf, removeFolders } from './debug-build.ts';
import { askGdb } from './gdb.ts';

const { skip, label } = referee('gdb-multiarch');

let build: DebugBuild;

beforeAll(async () => {
  build = await buildExample('two-apps');
}, 120_000);

afterAll(removeFolders);

const SOURCE = 'apps/app1.ts';
const hex = (address: number) => `0x${address.toString(16)}`;

/** Addresses where a line begins, lowest first. */
function addressesOfLine(line: number): number[] {
  return codeOf(imageOf(build, 'app1'))
    .flatMap(({ section, address }) =>
      section
        .lines!.filter(({ place, offset }) => {
          return place?.file === SOURCE && place.line === line && offset >= section.debug!.bodyOffset;
        })
        .map(({ offset }) => address + offset),
    )
    .sort((a, b) => a - b);
}

function linesWithCode(): number[] {
  const count = readFileSync(join(build.folder, SOURCE), 'utf8').split('\n').length;
  return Array.from({ length: count }, (_, i) => i + 1).filter((line) => addressesOfLine(line).length > 0);
}

describe.skipIf(skip)(label, () => {
  test('a breakpoint on a line is at its first instruction', () => {
    const lines = linesWithCode();
    expect(lines.length).toBeGreaterThan(6);
    const answers = askGdb(
      build,
      'app1',
      lines.map((line) => `break app1.ts:${line}`),
    );
    lines.forEach((line, i) => {
      const first = hex(addressesOfLine(line)[0]);
      expect(answers[i]).toContain(`at ${first}: file ${SOURCE}, line ${line}.`);
    });
  });

  test('info line names function and address', () => {
    const lines = linesWithCode();
    const answers = askGdb(
      build,
      'app1',
      lines.map((line) => `info line app1.ts:${line}`),
    );
    lines.forEach((line, i) => {
      expect(answers[i]).toContain(`Line ${line} of "${SOURCE}" starts at address`);
    });
  });

  test('functions by name: where they are declared, and their lines', () => {
    const [list, symbol, source] = askGdb(build, 'app1', ['list blink', 'info address blink', 'info source']);
    const text = readFileSync(join(build.folder, SOURCE), 'utf8').split('\n');
    const declared = text.findIndex((line) => line.startsWith('function blink')) + 1;
    expect(list).toContain(`${declared}\t${text[declared - 1]}`);
    const start = codeOf(imageOf(build, 'app1')).find(({ section }) => section.name.endsWith('/blink'))!.address;
    expect(symbol).toBe(`Symbol "blink" is a function at address ${hex(start)}.`);
    expect(source).toContain('Compilation directory is .');
  });

  test('files of the library are found where set substitute-path says', () => {
    const library = join(import.meta.dirname, '../../firmware');
    const [missing, , found] = askGdb(build, 'app1', [
      'list writeLine',
      `set substitute-path kickstage/firmware ${library}`,
      'list writeLine',
    ]);
    expect(missing).toContain('kickstage/firmware/drivers/usart2.ts: No such file');
    expect(found).toContain('export function writeLine');
  });
});
