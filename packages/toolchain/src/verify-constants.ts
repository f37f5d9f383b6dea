/** What `kickstage/layout` says of keys and verification. Declared in firmware/types/layout.d.ts. */
import { JOURNAL_REMEMBERED } from '@kickstage/abi/journal';
import { SIGNATURE_VALID } from '@kickstage/abi/signature';
import * as verify from '@kickstage/abi/verify';
import type { Layout, LayoutImage, LayoutKey, LayoutVerify } from '@kickstage/memory-map/layout';
import { type Constant, hex } from './chip-constants.ts';
import { inlined, table } from './constant-tables.ts';

const LEVELS = { hash: verify.LEVEL_HASH, signature: verify.LEVEL_SIGNATURE } as const;
const NEVER = 0xffff_ffff;

export function verifyConstants({ apps, keys = [] }: Layout): Constant[] {
  const used = usedKeys(apps, keys);
  const flag = (name: string, value: boolean | undefined): Constant => [name, 'bool', String(value === true)];
  return [
    flag(
      'HAS_VERIFY',
      apps.some((app) => app.verify),
    ),
    flag(
      'HAS_UNVERIFIED',
      apps.some((app) => !app.verify),
    ),
    flag(
      'VERIFIES_ON_CHANGE',
      apps.some((app) => app.verify?.onChange),
    ),
    flag(
      'KEEPS_COUNTERS',
      apps.some((app) => app.verify?.keepsCounter),
    ),
    flag(
      'VERIFIES_ED25519',
      used.some(({ kind }) => kind === 'ed25519'),
    ),
    flag(
      'VERIFIES_P256',
      used.some(({ kind }) => kind === 'p256'),
    ),
    flag(
      'TRUSTS_DEVELOPMENT_KEY',
      used.some(({ development }) => development !== undefined),
    ),
    ['KEY_COUNT', 'u32', String(used.length)],
  ];
}

/** The functions of it. */
export function verifyTables(layout: Layout): string[] {
  const { apps, keys = [] } = layout;
  const used = usedKeys(apps, keys);
  const ofApps = (name: string, value: (app: LayoutImage) => number) => table(name, 'app', 'u32', apps.map(value), hex);
  const ofKeys = (name: string, type: string, value: (key: LayoutKey) => number, print = hex) =>
    table(name, 'key', type, used.length > 0 ? used.map(value) : [0], print);
  const truth = (value: number) => String(value !== 0);
  return [
    ofApps('headerSize', ({ headerSize = 0 }) => headerSize),
    ofApps('verifyLevel', (app) => (app.verify ? LEVELS[app.verify.level] : verify.LEVEL_NONE)),
    ofApps('evidenceGap', evidenceGap),
    ofApps('knownGap', knownGap),
    ofApps('installGap', installGap),
    ofApps('fingerprintWord', (app) => rememberedWord(layout, app, 'fingerprints')),
    ofApps('counterWord', (app) => rememberedWord(layout, app, 'counters')),
    ofApps('counterFloor', (app) => app.verify?.securityCounter ?? 0),
    table(
      'refusesLower',
      'app',
      'bool',
      apps.map((app) => Number(app.verify?.downgrade === 'refuse')),
      truth,
    ),
    ofApps('trustedKeys', (app) => used.reduce((mask, key, n) => mask | (isTrusted(app, key) ? 1 << n : 0), 0)),
    ofKeys('keyIsEd25519', 'bool', ({ kind }) => Number(kind === 'ed25519'), truth),
    ofKeys('keyRevokedAt', 'u32', ({ revokedAt = NEVER }) => revokedAt),
    ...keyBytes('keyHash', used, ({ id }) => id),
    ...keyBytes('keyPoint', used, ({ point }) => point),
  ];
}

const isTrusted = ({ verify: wanted }: LayoutImage, { name }: LayoutKey) => wanted?.keys.includes(name) === true;

const usedKeys = (apps: readonly LayoutImage[], keys: readonly LayoutKey[]) =>
  keys.filter((key) => apps.some((app) => isTrusted(app, key)));

/** PASS_START less what the steps of an app's check find. */
function evidenceGap({ verify: wanted }: LayoutImage): number {
  if (!wanted) return (verify.PASS_START - verify.LEVEL_NONE) >>> 0;
  const hash = verify.PASS_START - verify.HASH_SAME - keptLevels(wanted);
  if (wanted.level === 'hash') return hash >>> 0;
  return (hash - SIGNATURE_VALID - turned(SIGNATURE_VALID)) >>> 0;
}

/** PASS_START less what is found of an image that is known from before. */
function knownGap({ verify: wanted }: LayoutImage): number {
  const known = verify.PASS_START - verify.IMAGE_KNOWN - turned(verify.IMAGE_KNOWN);
  return (known - keptLevels(wanted)) >>> 0;
}

/** What two comparisons with a kept counter find. */
const keptLevels = (wanted: LayoutVerify | undefined) =>
  wanted?.keepsCounter ? verify.NOT_LOWER + turned(verify.NOT_LOWER) : 0;

/** Number of the word of a state; 0 where the app has none. */
function rememberedWord({ updates }: Layout, { update }: LayoutImage, what: 'fingerprints' | 'counters'): number {
  const { fingerprints = [], counters = [] } = updates?.record ?? {};
  const at = (what === 'counters' ? counters : fingerprints).indexOf(update?.index ?? -1);
  if (at < 0) return 0;
  return JOURNAL_REMEMBERED / 4 + at + (what === 'counters' ? fingerprints.length : 0);
}

/** What turns evidence for a start into that for an installation, less what comparisons of versions find. */
function installGap({ verify: wanted }: LayoutImage): number {
  const gap = verify.PASS_INSTALL - verify.PASS_START;
  return (wanted?.downgrade === 'refuse' ? gap - verify.NOT_LOWER - turned(verify.NOT_LOWER) : gap) >>> 0;
}

/** As SECOND_TURN says. */
const turned = (word: number) => ((word << verify.SECOND_TURN) | (word >>> (32 - verify.SECOND_TURN))) >>> 0;

/** Bytes of each key, as words in flash, and the function that gives their address. */
function keyBytes(name: string, keys: readonly LayoutKey[], bytes: (key: LayoutKey) => string): string[] {
  const places = keys.map((_, n) => `${name}${n}`);
  return [
    ...keys.map((key, n) => `const ${places[n]}: usize = memory.data<u32>([${wordsOf(bytes(key)).join(', ')}]);`),
    ...inlined(`${name}(key: u32): usize {`),
    ...places.slice(0, -1).map((place, n) => `  if (key === ${n}) return ${place};`),
    `  return ${places[places.length - 1] ?? '0'};`,
    '}',
  ];
}

/** Words as a little-endian processor reads those bytes. */
function wordsOf(digits: string): string[] {
  const bytes = digits.match(/../g) ?? [];
  return Array.from(
    { length: bytes.length / 4 },
    (_, n) =>
      `0x${bytes
        .slice(4 * n, 4 * n + 4)
        .reverse()
        .join('')}`,
  );
}
