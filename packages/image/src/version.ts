/** Versions of images: `major.minor.revision+build`, of which all but the first number may be left out. */
import type { ImageVersion } from './image.ts';

const PART = '(0|[1-9]\\d{0,9})';
const VERSION = new RegExp(`^${PART}(?:\\.${PART}(?:\\.${PART}(?:\\+${PART})?)?)?$`);
const LIMITS = [0xff, 0xff, 0xffff, 0xffff_ffff];

/** The version that the text names; undefined where it names none, or one that has no room in eight bytes. */
export function parseVersion(text: string): ImageVersion | undefined {
  const match = VERSION.exec(text);
  if (!match) return undefined;
  const [major, minor, revision, build] = match.slice(1).map((part) => Number(part ?? 0));
  if ([major, minor, revision, build].some((part, i) => part > LIMITS[i])) return undefined;
  return { major, minor, revision, build };
}

/** `1.2.3`, or `1.2.3+4` where there is a build number. */
export function printVersion({ major, minor, revision, build }: ImageVersion): string {
  return `${major}.${minor}.${revision}${build === 0 ? '' : `+${build}`}`;
}

/** Negative where `a` is the older one, 0 where they are equal. Build numbers count last. */
export function compareVersions(a: ImageVersion, b: ImageVersion): number {
  return a.major - b.major || a.minor - b.minor || a.revision - b.revision || a.build - b.build;
}

/** Whether each part fits its field. */
export function isVersion({ major, minor, revision, build }: ImageVersion): boolean {
  return [major, minor, revision, build].every((part, i) => Number.isInteger(part) && part >= 0 && part <= LIMITS[i]);
}
