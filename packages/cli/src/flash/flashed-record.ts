/** build/flashed.json: bootloaders that this project has put on boards, so that they are known again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownBootloader } from '@kickstage/toolchain/flash/bootloader-state';
import type { Project } from '../project.ts';
import { writeFileAtomically } from '../write-file.ts';
import { buildFolder } from './fresh-build.ts';

const MAXIMUM = 32;

const pathOf = (project: Project) => join(buildFolder(project), 'flashed.json');

export function readFlashed(project: Project): KnownBootloader[] {
  try {
    const { bootloaders } = JSON.parse(readFileSync(pathOf(project), 'utf8')) as { bootloaders?: unknown };
    return Array.isArray(bootloaders) ? bootloaders.filter(isKnown) : [];
  } catch {
    return [];
  }
}

function isKnown(value: unknown): value is KnownBootloader {
  const { size, crc32 } = (value ?? {}) as Partial<KnownBootloader>;
  return Number.isSafeInteger(size) && (size as number) > 0 && Number.isSafeInteger(crc32);
}

/** Adds a bootloader, the newest first. */
export function recordFlashed(project: Project, bootloader: KnownBootloader): void {
  const others = readFlashed(project).filter(
    ({ size, crc32 }) => size !== bootloader.size || crc32 !== bootloader.crc32,
  );
  const bootloaders = [bootloader, ...others].slice(0, MAXIMUM);
  writeFileAtomically(pathOf(project), `${JSON.stringify({ formatVersion: 1, bootloaders }, null, 2)}\n`);
}
