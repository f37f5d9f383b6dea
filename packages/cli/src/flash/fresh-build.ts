/**
 * The images to flash: those in the build folder when nothing has changed since they were built, else new ones. A record
 * beside them, inputs.json, holds a digest of everything that the build has looked at: the layout, the firmware library,
 * every source, and every name that was looked for and not there.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ProgramImage } from '@kickstage/toolchain/flash/sector-plan';
import type { CommandContext } from '../command-context.ts';
import { buildFirmware, type Project, readFirmware, readSource, writeBuild } from '../project.ts';
import { VERSION } from '../version.ts';
import { writeFileAtomically } from '../write-file.ts';

const RECORD = 'inputs.json';

interface BuildRecord {
  readonly formatVersion: 1;
  /** Digest of the compiler's version, the layout and the firmware library. */
  readonly base: string;
  /** Digest by source path; null: it was looked for and not there. */
  readonly sources: Readonly<Record<string, string | null>>;
  /** Digest of each image's bin file by its name. */
  readonly images: Readonly<Record<string, string>>;
}

const digest = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

export const buildFolder = ({ file }: Project) => join(file.folder, 'build');

/** All images that have a source. */
export async function freshImages(project: Project, context: CommandContext): Promise<ProgramImage[]> {
  const kept = keptImages(project);
  if (kept) {
    context.output.progress('the build is up to date');
    return kept;
  }
  const sources: Record<string, string | null> = {};
  const build = await buildFirmware(project, context, {
    onRead: (path, text) => {
      sources[path] = text === undefined ? null : digest(text);
    },
  });
  writeBuild(project, build, undefined);
  const images = build.images.map(({ name, linked }) => ({
    name,
    start: linked.image.slot.start,
    bytes: linked.bytes,
  }));
  const digests = Object.fromEntries(images.map(({ name, bytes }) => [name, digest(bytes)]));
  const record: BuildRecord = { formatVersion: 1, base: baseOf(project), sources, images: digests };
  writeFileAtomically(join(buildFolder(project), RECORD), `${JSON.stringify(record, null, 2)}\n`);
  return images;
}

function baseOf({ layout }: Project): string {
  return digest(JSON.stringify([VERSION, layout, ...readFirmware()]));
}

/** The images of the build folder if they are what a build would give. */
function keptImages(project: Project): ProgramImage[] | undefined {
  const record = readRecord(join(buildFolder(project), RECORD));
  if (!record || record.base !== baseOf(project)) return undefined;
  for (const [path, sum] of Object.entries(record.sources)) {
    const text = readSource(resolve(project.file.folder, path));
    if ((text === undefined ? null : digest(text)) !== sum) return undefined;
  }
  const images: ProgramImage[] = [];
  for (const { name, entry, slot } of [project.layout.bootloader, ...project.layout.apps]) {
    if (entry === undefined) continue;
    const bytes = readBytes(join(buildFolder(project), `${name}.bin`));
    if (!bytes || digest(bytes) !== record.images[name]) return undefined;
    images.push({ name, start: slot.start, bytes });
  }
  return images;
}

function readRecord(path: string): BuildRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as BuildRecord;
    return record.formatVersion === 1 && record.sources && record.images ? record : undefined;
  } catch {
    return undefined;
  }
}

function readBytes(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    return undefined;
  }
}
