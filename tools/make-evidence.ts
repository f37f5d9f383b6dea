/**
 * Writes the measured sections of docs/evidence.md anew, each with its date and the versions of what judged:
 *
 *     npx jiti tools/make-evidence.ts --spec FOLDER         the .wast files of WebAssembly/testsuite through exec
 *     npx jiti tools/make-evidence.ts --codegen             bytes and instructions beside gcc
 *     npx jiti tools/make-evidence.ts --campaigns FOLDER    what KICKSTAGE_RECORD=FOLDER npm run test:long has kept
 *
 * A section stands between `<!-- name -->` and `<!-- /name -->`; what is not asked for stays as it is.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecords } from './campaign-record.ts';
import { campaignTable, type SpecScore, specTable } from './evidence-tables.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/evidence.md');
const JITI = join(ROOT, 'node_modules/jiti/lib/jiti-cli.mjs');

const run = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 28 });
const script = (...args: readonly string[]) => run(process.execPath, JITI, ...args);

function versionOf(program: string): string {
  try {
    return /\d+\.\d+(\.\d+)?/.exec(run(program, '--version'))?.[0] ?? 'unknown';
  } catch {
    return 'missing';
  }
}

const packageVersion = (name: string) =>
  (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;

const today = () => new Date().toISOString().slice(0, 10);
const measured = (...versions: readonly string[]) =>
  `Measured ${today()}: ${['Node', process.versions.node].join(' ')}, V8 ${process.versions.v8}, ${versions.join(', ')}.`;

function specSection(folder: string): string {
  const scores = script('tools/spec/run.ts', folder, '--json')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as SpecScore);
  const commit = commitOf(folder);
  return `${measured(`binaryen ${packageVersion('binaryen')}`, `WebAssembly/testsuite${commit}`)}\n\n${specTable(scores)}`;
}

function commitOf(folder: string): string {
  try {
    return ` of ${run('git', '-C', folder, 'log', '-1', '--format=%cs').trim()}`;
  } catch {
    return '';
  }
}

function codegenSection(): string {
  const text = script('bench/codegen/run.ts').trim();
  return `${measured(`gcc ${versionOf('arm-none-eabi-gcc')}`)}\n\n${text.replace(/\n(?=\S*\|)/, '\n\n')}`;
}

function campaignSection(folder: string): string {
  const versions = [`binaryen ${packageVersion('binaryen')}`, `QEMU ${versionOf('qemu-system-arm')}`];
  return `${measured(...versions)}\n\n${campaignTable(readRecords(folder))}`;
}

function replaceSection(page: string, name: string, text: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = page.indexOf(open);
  const end = page.indexOf(close);
  if (start < 0 || end < start) throw new Error(`docs/evidence.md has no place for ${name}`);
  return `${page.slice(0, start + open.length)}\n${text}\n${page.slice(end)}`;
}

const [, , ...words] = process.argv;
const argumentOf = (option: string) => words[words.indexOf(option) + 1];
let page = readFileSync(PAGE, 'utf8');
if (words.includes('--spec')) page = replaceSection(page, 'spec', specSection(argumentOf('--spec')));
if (words.includes('--codegen')) page = replaceSection(page, 'codegen', codegenSection());
if (words.includes('--campaigns')) page = replaceSection(page, 'campaigns', campaignSection(argumentOf('--campaigns')));
writeFileSync(PAGE, page);
