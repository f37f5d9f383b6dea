import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { placeFiles } from './place-files.ts';

const FILES = [
  { path: 'a.txt', text: 'a' },
  { path: 'x/y/b.txt', text: 'b' },
  { path: 'z/c.txt', text: 'c' },
];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kickstage-place-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const everything = () => readdirSync(folder, { recursive: true }).map(String).sort();

test('files and folders are made, and nothing else stays', () => {
  const target = join(folder, 'new/project');
  placeFiles(target, FILES);
  expect(readdirSync(target).sort()).toEqual(['a.txt', 'x', 'z']);
  for (const { path, text } of FILES) expect(readFileSync(join(target, path), 'utf8')).toBe(text);
});

test('what is there is replaced, its neighbours stay', () => {
  mkdirSync(join(folder, 'x'));
  writeFileSync(join(folder, 'x/other.txt'), 'other');
  writeFileSync(join(folder, 'a.txt'), 'old');
  placeFiles(folder, FILES);
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('a');
  expect(readFileSync(join(folder, 'x/other.txt'), 'utf8')).toBe('other');
  expect(everything()).toEqual(['a.txt', 'x', 'x/other.txt', 'x/y', 'x/y/b.txt', 'z', 'z/c.txt'].map((p) => join(p)));
});

test('when a step fails, all is as it was', () => {
  // A link to nowhere: no folder can be made in its place, which shows only when two files have been placed.
  symlinkSync(join(folder, 'nowhere'), join(folder, 'z'));
  writeFileSync(join(folder, 'a.txt'), 'old');
  expect(() => placeFiles(folder, FILES)).toThrow();
  expect(everything()).toEqual(['a.txt', 'z']);
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('old');
});

test('when a step fails, folders that were made go', () => {
  const target = join(folder, 'new/project');
  expect(() => placeFiles(target, [...FILES, { path: 'a.txt/d.txt', text: 'd' }])).toThrow();
  expect(existsSync(join(folder, 'new'))).toBe(false);
});
