/**
 * The shape of a config, in valibot. Leaves are kinds (kinds.ts): a leaf's message is the name of its kind, from which
 * validate.ts makes the diagnostic. Objects refuse keys that they do not know.
 */
import * as v from 'valibot';
import { KINDS, type KindName } from './kinds.ts';

const leaf = (kind: KindName) => v.custom<unknown>((value) => KINDS[kind].test(value), kind);
const optional = (kind: KindName) => v.optional(leaf(kind));

/** An object with these keys and no others; valibot alone would take a list for one. */
function object<Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(leaf('object'), v.objectWithRest(entries, v.never()));
}

/** An object with these keys, and others that do not concern us. */
function looseObject<Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(leaf('object'), v.looseObject(entries));
}

export const CONFIG_KEYS = ['board', 'bootloader', 'apps', 'mailbox', 'keys', 'updates', 'boot'] as const;

export const bootloaderSchema = object({
  entry: leaf('text'),
  size: leaf('size'),
  version: optional('version'),
  at: optional('address'),
  vectors: optional('vectors'),
  protect: v.optional(object({ flash: optional('flag'), ram: optional('flag') })),
  floats: optional('floats'),
});

const appUpdateSchema = object({
  strategy: optional('strategy'),
  memory: optional('storageMemory'),
  scratch: optional('flag'),
});

export const appSchema = object({
  entry: leaf('text'),
  version: optional('version'),
  size: leaf('size'),
  at: optional('address'),
  magic: optional('word'),
  floats: optional('floats'),
  sharedSectors: optional('preserve'),
  verify: optional('verify'),
  verifyWhen: optional('verifyWhen'),
  keys: v.optional(v.pipe(leaf('list'), leaf('filled'), v.array(leaf('text')))),
  securityCounter: optional('index'),
  rollback: optional('rollback'),
  downgrade: optional('downgrade'),
  update: v.optional(
    v.pipe(
      leaf('update'),
      v.lazy((value) => (value === true ? v.literal(true) : appUpdateSchema)),
    ),
  ),
});

const keySchema = object({
  public: leaf('text'),
  private: optional('text'),
  signer: optional('text'),
  revokedAt: optional('index'),
});

export const keysSchema = v.pipe(
  leaf('object'),
  v.record(
    v.string(),
    v.pipe(
      leaf('key'),
      v.lazy((value) => (typeof value === 'string' ? v.string() : keySchema)),
    ),
  ),
);

export const updatesSchema = object({
  state: optional('stateChannel'),
  stateModule: optional('text'),
  storageModule: optional('text'),
  trialWatchdog: optional('watchdog'),
});

export const mailboxSchema = object({ protocol: optional('protocol'), at: optional('address') });

export const bootSchema = object({
  default: leaf('text'),
  fallback: v.optional(v.pipe(leaf('list'), v.array(leaf('text')))),
});

const pin = object({ pin: leaf('pin'), activeLow: leaf('flag') });

const list = <Item extends v.GenericSchema>(item: Item) => v.pipe(leaf('list'), v.array(item));
const filledList = <Item extends v.GenericSchema>(item: Item) => v.pipe(leaf('list'), leaf('filled'), v.array(item));

/** What every memory and every block of registers has. */
const place = { name: leaf('text'), start: leaf('address'), size: leaf('count') };

const flash = {
  start: leaf('address'),
  sectors: filledList(looseObject({ count: leaf('sectorCount'), size: leaf('count') })),
  writeSize: leaf('count'),
  erasedByte: leaf('number'),
};

const chipSchema = looseObject({
  name: leaf('text'),
  core: optional('core'),
  family: optional('text'),
  resetAddress: leaf('address'),
  interruptCount: leaf('count'),
  interrupts: list(looseObject({ number: leaf('index'), name: leaf('text') })),
  flash: looseObject(flash),
  ram: filledList(looseObject({ ...place, executable: leaf('flag'), coreCoupled: optional('flag') })),
  areas: v.optional(list(looseObject({ ...place, kind: leaf('text') }))),
  registerBlocks: list(looseObject({ ...place, kind: leaf('text') })),
});

const externalFlashSchema = looseObject({
  name: leaf('text'),
  ...flash,
  pageSize: leaf('count'),
  jedecId: leaf('word'),
  connection: looseObject({ port: leaf('text'), select: leaf('pin') }),
});

export const boardSchema = object({
  name: leaf('text'),
  chip: chipSchema,
  hseHz: optional('count'),
  led: v.optional(pin),
  button: v.optional(pin),
  console: v.optional(object({ port: leaf('text'), tx: leaf('pin'), rx: leaf('pin'), baud: leaf('count') })),
  part: optional('text'),
  externalFlash: v.optional(externalFlashSchema),
  source: optional('text'),
});

/** Keys that the schema of an object knows. */
export const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  config: CONFIG_KEYS,
  bootloader: ['entry', 'size', 'version', 'at', 'vectors', 'floats', 'protect'],
  app: [
    'entry',
    'version',
    'size',
    'at',
    'magic',
    'floats',
    'sharedSectors',
    'update',
    'verify',
    'verifyWhen',
    'keys',
    'securityCounter',
    'rollback',
    'downgrade',
  ],
  keys: ['public', 'private', 'signer', 'revokedAt'],
  update: ['strategy', 'memory', 'scratch'],
  updates: ['state', 'stateModule', 'storageModule', 'trialWatchdog'],
  mailbox: ['protocol', 'at'],
  boot: ['default', 'fallback'],
  board: ['name', 'chip', 'hseHz', 'led', 'button', 'console', 'externalFlash', 'part', 'source'],
};
