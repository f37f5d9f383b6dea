/**
 * Holds the house to the floor table of ARCHITECTURE.md: a package imports only from floors below its own, and only the
 * top floor touches the machine (`node:*`, sockets, wall clocks).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Packages of floor 0 in the order in which they stand on each other. */
const GROUND = ['base', 'abi'];

/** Floor number by package, from the table under "## Floors". */
export function parseFloors(architecture: string): Map<string, number> {
  const floors = new Map<string, number>();
  const section = architecture.split('## Floors')[1]?.split('\n## ')[0] ?? '';
  for (const match of section.matchAll(/^\| (\d) \| ([^|]+) \|$/gm)) {
    for (const name of match[2].split(',')) floors.set(name.trim(), Number(match[1]));
  }
  return floors;
}

function mayImport(from: string, to: string, floors: Map<string, number>): boolean {
  const fromFloor = floors.get(from);
  const toFloor = floors.get(to);
  if (fromFloor === undefined || toFloor === undefined) return false;
  if (fromFloor === 0 && toFloor === 0) return GROUND.indexOf(to) < GROUND.indexOf(from);
  return toFloor < fromFloor;
}

const IMPORT = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;
const MACHINE = /\b(?:process\.|Date\.now|performance\.|setTimeout|document\.|globalThis\.crypto)/;

/** What is wrong with one source file of package `name`, as lines of text. */
export function checkSource(name: string, file: string, source: string, floors: Map<string, number>): string[] {
  const problems: string[] = [];
  const top = Math.max(...floors.values());
  for (const [, specifier] of source.matchAll(IMPORT)) {
    const target = /^@kickstage\/([^/]+)/.exec(specifier)?.[1];
    if (target !== undefined && target !== name && !mayImport(name, target, floors)) {
      problems.push(`${file}: ${name} (floor ${floors.get(name)}) imports ${target} (floor ${floors.get(target)})`);
    }
    if (specifier.startsWith('node:') && floors.get(name) !== top) {
      problems.push(`${file}: ${specifier} below floor ${top}`);
    }
    if (/^(?:\.\.\/)+packages\//.test(specifier)) problems.push(`${file}: ${specifier} goes around the package names`);
  }
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const machine = MACHINE.exec(code);
  if (machine && floors.get(name) !== top) problems.push(`${file}: ${machine[0]} below floor ${top}`);
  return problems;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.ts$/.test(entry.name) && !/\.test\.ts$/.test(entry.name) ? [path] : [];
  });
}

/** All problems of the house at `root`; empty when it stands. */
export function checkFloors(root: string): string[] {
  const floors = parseFloors(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
  const problems: string[] = [];
  for (const { name } of readdirSync(join(root, 'packages'), { withFileTypes: true })) {
    if (!floors.has(name)) {
      problems.push(`packages/${name} is on no floor of ARCHITECTURE.md`);
      continue;
    }
    for (const file of sources(join(root, 'packages', name, 'src'))) {
      problems.push(...checkSource(name, relative(root, file), readFileSync(file, 'utf8'), floors));
    }
  }
  return problems;
}
