/** Options of `kickstage sign`, read and checked: all that is wrong with them at once. */

import * as abi from '@kickstage/abi/image';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import type { ImageInput } from '@kickstage/image/encode';
import { HASH_NAMES } from '@kickstage/image/hash';
import type { Dependency, HashName, ImageVersion, Tlv } from '@kickstage/image/image';
import { type TrailerShape, trailerSize } from '@kickstage/image/trailer';
import type { SlotFacts } from '@kickstage/image/verify';
import { parseVersion } from '@kickstage/image/version';
import { parseSize } from '@kickstage/memory-map/size';
import { parseDuration } from '@kickstage/testbench/press';

export interface RawSignOptions {
  readonly key?: readonly string[];
  readonly keyEnv?: string;
  readonly signer?: string;
  readonly signerTimeout: string;
  readonly hashOnly?: boolean;
  readonly version?: string;
  readonly headerSize: string;
  readonly slotSize?: string;
  readonly slotAddress?: string;
  readonly securityCounter?: string;
  readonly dependency?: readonly string[];
  readonly tlv?: readonly string[];
  readonly softwareType?: string;
  readonly hash?: string;
  readonly pure?: boolean;
  readonly romFixed?: string;
  readonly loadAddress?: string;
  readonly erased: string;
  readonly trailer: string;
  readonly align: string;
  readonly maxSectors: string;
  readonly pad?: boolean;
  readonly confirm?: boolean;
  readonly release?: boolean;
  readonly out?: string;
}

export interface SignOptions {
  readonly input: Omit<ImageInput, 'body'>;
  readonly slot: SlotFacts & { readonly size: number };
  readonly trailer: TrailerShape;
  readonly signerTimeoutMs: number;
}

const TRAILERS = ['none', 'swap', 'overwrite'];
const WRITE_SIZES = [1, 2, 4, 8, 16, 32];

export function readSignOptions(raw: RawSignOptions): { value?: SignOptions; diagnostics: Diagnostic[] } {
  const reader = new OptionReader();
  const version = reader.version('--version', raw.version);
  const slotSize =
    raw.slotSize === undefined
      ? reader.missing('--slot-size', 'its slot has: --slot-size 128K')
      : reader.size('--slot-size', raw.slotSize);
  const headerSize = reader.size('--header-size', raw.headerSize);
  const hash = reader.choice('--hash', raw.hash ?? (raw.pure ? 'sha512' : 'sha256'), HASH_NAMES) as HashName;
  const trailer = reader.trailer(raw);
  const address = reader.number('--slot-address', raw.slotAddress);
  const timeout = parseDuration(raw.signerTimeout);
  if (timeout === undefined)
    reader.wrong('--signer-timeout', raw.signerTimeout, 'write a time with its unit: 30s, 2min');
  checkKeys(raw, reader);
  checkPadding(raw, reader);
  const securityCounter = reader.number('--security-counter', raw.securityCounter);
  const input: Omit<ImageInput, 'body'> = {
    headerSize,
    version,
    hash,
    erasedByte: reader.byte('--erased', raw.erased),
    ...(securityCounter === undefined ? {} : { securityCounter }),
    ...placement(raw, reader),
    ...(raw.softwareType === undefined ? {} : { softwareType: raw.softwareType }),
    dependencies: (raw.dependency ?? []).flatMap((text) => reader.dependency(text)),
    protectedTlvs: (raw.tlv ?? []).flatMap((text) => reader.tlv(text)),
  };
  if (reader.diagnostics.length > 0) return { diagnostics: reader.diagnostics };
  const reserved = raw.trailer === 'none' ? 0 : trailerSize(trailer);
  const slot = { size: slotSize, trailerSize: reserved, ...(address === undefined ? {} : { address }) };
  return { value: { input, slot, trailer, signerTimeoutMs: (timeout ?? 0) * 1000 }, diagnostics: [] };
}

function checkKeys({ key = [], keyEnv, hashOnly, signer, pure }: RawSignOptions, reader: OptionReader): void {
  const count = key.length + (keyEnv === undefined ? 0 : 1);
  if (count === 0 && !hashOnly)
    reader.missing('--key', 'signs it: --key FILE; for an image without signature --hash-only');
  if (count > 0 && hashOnly) reader.clash('--hash-only', '--key', 'an image is signed or it is not');
  if (signer !== undefined && count > 1) reader.clash('--signer', 'more than one key', 'the signer has one key');
  if (pure && hashOnly) reader.clash('--pure', '--hash-only', 'there is no signature to be pure');
}

function checkPadding({ trailer, pad, confirm }: RawSignOptions, reader: OptionReader): void {
  if (pad && trailer === 'none')
    reader.clash('--pad', '--trailer none', 'a slot is padded for its trailer: --trailer swap');
  if (confirm && !pad) reader.clash('--confirm', 'no --pad', 'the confirmation stands in the trailer of a padded slot');
}

/** Load address and the flag that says what it means. */
function placement(
  { romFixed, loadAddress }: RawSignOptions,
  reader: OptionReader,
): Pick<ImageInput, 'loadAddress' | 'flags'> {
  const rom = reader.number('--rom-fixed', romFixed);
  const ram = reader.number('--load-address', loadAddress);
  if (rom !== undefined && ram !== undefined)
    reader.clash('--rom-fixed', '--load-address', 'an image runs where it lies, or elsewhere');
  if (rom !== undefined) return { loadAddress: rom, flags: abi.IMAGE_FLAG_ROM_FIXED };
  return ram === undefined ? {} : { loadAddress: ram, flags: abi.IMAGE_FLAG_RAM_LOAD };
}

/** Collects what is wrong; values read wrongly are used by nobody. */
export class OptionReader {
  readonly diagnostics: Diagnostic[] = [];

  private say(what: string, more: Partial<Diagnostic>, code = 'CLI004'): void {
    this.diagnostics.push({ code, severity: 'error', what, ...more });
  }

  missing(option: string, need: string): number {
    this.say(`${option} is missing`, { why: 'the image cannot be made without', fix: `say what ${need}` });
    return 0;
  }

  clash(option: string, other: string, why: string): void {
    this.say(`${option} does not go with ${other}`, { why, fix: 'leave one of them out' });
  }

  wrong(option: string, text: string, fix: string): void {
    this.say(`${option} ${text} cannot be read`, { got: `'${text}'`, fix });
  }

  choice(option: string, text: string, names: readonly string[]): string {
    if (!names.includes(text)) this.wrong(option, text, `take ${names.join(', ')}`);
    return text;
  }

  version(option: string, text: string | undefined): ImageVersion {
    if (text === undefined) this.missing(option, 'version it is: --version 1.2.3');
    const version = parseVersion(text ?? '0');
    if (!version) this.noVersion(option, text ?? '');
    return version ?? { major: 0, minor: 0, revision: 0, build: 0 };
  }

  private noVersion(option: string, text: string): void {
    const why = 'numbers go to 255.255.65535+4294967295 and have no zeros in front';
    this.say(
      `${option} ${text}: this is no version`,
      { got: `'${text}'`, why, fix: 'write it as 1.2.3 or 1.2.3+4' },
      'IMG040',
    );
  }

  /** Bytes: decimal, hexadecimal, or with K or M behind. */
  size(option: string, text: string): number {
    if (/^0[xX][0-9a-fA-F]{1,8}$/.test(text)) return Number(text);
    const size = parseSize(text);
    if ('bytes' in size) return size.bytes;
    this.wrong(option, text, "write '512', '0x200' or '128K'");
    return 0;
  }

  number(option: string, text: string | undefined): number | undefined {
    if (text === undefined) return undefined;
    const digits = text.replaceAll('_', '');
    const value = /^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(digits) ? Number(digits) : Number.NaN;
    if (value <= 0xffff_ffff) return value;
    this.wrong(option, text, 'give a whole number from 0 to 4294967295, such as 12 or 0x0800_8000');
    return 0;
  }

  byte(option: string, text: string): number {
    const value = this.number(option, text) ?? 0;
    if (value !== 0 && value !== 0xff) this.wrong(option, text, 'erased flash reads as 0xff, or as 0 on few chips');
    return value;
  }

  dependency(text: string): Dependency[] {
    const match = /^(\d{1,3}):(.*)$/.exec(text);
    const version = match ? parseVersion(match[2]) : undefined;
    if (match && Number(match[1]) <= 255 && version) return [{ image: Number(match[1]), version }];
    this.wrong('--dependency', text, 'write the image number and the least version it needs: 1:2.0.0');
    return [];
  }

  tlv(text: string): Tlv[] {
    const match = /^(0[xX][0-9a-fA-F]{1,4})=((?:[0-9a-fA-F]{2})*)$/.exec(text);
    if (match) return [{ type: Number(match[1]), data: new Uint8Array(Buffer.from(match[2], 'hex')) }];
    this.wrong('--tlv', text, 'write the type and its bytes: 0x00A0=0102ff');
    return [];
  }

  trailer(raw: Pick<RawSignOptions, 'trailer' | 'align' | 'maxSectors'>): TrailerShape {
    this.choice('--trailer', raw.trailer, TRAILERS);
    const writeSize = Number(this.choice('--align', raw.align, WRITE_SIZES.map(String)));
    const sectors = this.number('--max-sectors', raw.maxSectors) ?? 0;
    return { writeSize, sectors, overwriteOnly: raw.trailer === 'overwrite' };
  }
}
