/**
 * Which keys are for trials only. Two things make a key one of them: a line in its file, in front of the PEM block, where
 * RFC 7468 has room for comments; or its id, if it is a key that somebody has published.
 */
import { keyId } from './key.ts';
import { PUBLISHED_KEYS } from './published-keys.ts';
import type { Key } from './read-key.ts';

const MARK = 'Kickstage-Key: development';

/** What a development key's file begins with. */
export const DEVELOPMENT_COMMENT = `${MARK}\nFor trials only. A release build refuses this key.\n`;

export function isDevelopmentText(text: string): boolean {
  return text.split(/\r?\n/).some((line) => line.trim() === MARK);
}

/** Why the key is no key for products; undefined where nothing is known against it. */
export function developmentReason({ publicKey, isMarked }: Key): string | undefined {
  const published = PUBLISHED_KEYS[keyId(publicKey)];
  if (published !== undefined) return `everybody has its private half: it is ${published}`;
  return isMarked ? `its file is marked: ${MARK}` : undefined;
}
