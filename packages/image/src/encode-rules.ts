/** What an image can be made of. One rule, one function; each gives a diagnostic or nothing. */
import * as abi from '@kickstage/abi/image';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatSize } from '@kickstage/base/hex';
import { BOOT_RECORD_NAME_SIZE } from './boot-record.ts';
import type { ImageInput } from './encode.ts';
import type { Tlv } from './image.ts';
import { findTlvType, isVendorType, printTlvType } from './tlv-types.ts';
import { isVersion } from './version.ts';
import { tlvAreaSize } from './write.ts';

/** The least alignment of a vector table: VTOR has no bits below. Source: Armv7-M Architecture Reference Manual, B3.2.5. */
const VECTOR_ALIGNMENT = 128;
const HEADER_SIZE_MAX = 0xffff;
/** Offsets within an image have 32 bits. */
const BODY_SIZE_MAX = 0x7fff_ffff;
const AREA_SIZE_MAX = 0xffff;

type Rule = (input: ImageInput, tlvs: readonly Tlv[]) => Omit<Diagnostic, 'at' | 'severity'> | undefined;

const isWord = (value: number) => Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;

const bodySize: Rule = ({ body }) => {
  if (body.length > 0 && body.length <= BODY_SIZE_MAX) return undefined;
  const what = body.length === 0 ? 'there is no firmware to sign' : 'the firmware is too large';
  return {
    code: 'IMG042',
    what,
    got: formatSize(body.length),
    why: 'an image has a body',
    fix: 'give a file with firmware',
  };
};

const headerSize: Rule = ({ headerSize: size }) => {
  const least = abi.IMAGE_HEADER_SIZE;
  if (Number.isInteger(size) && size >= least && size <= HEADER_SIZE_MAX && size % 4 === 0) return undefined;
  return {
    code: 'IMG041',
    what: 'a header cannot have this size',
    got: `${size} bytes`,
    why: `the fields take ${least} bytes, the size has 16 bits, and code behind it is aligned to words`,
    fix: 'take 512: vector tables of most Cortex-M chips are aligned to that',
  };
};

const version: Rule = ({ version: value }) =>
  isVersion(value)
    ? undefined
    : { ...OUT_OF_RANGE, what: 'the version has a number without room', got: JSON.stringify(value) };

const OUT_OF_RANGE = {
  code: 'IMG043',
  why: 'the format has so many bits for it',
  fix: 'versions go to 255.255.65535+4294967295, counters and addresses to 4294967295, image numbers to 255',
};

const counter: Rule = ({ securityCounter: value }) =>
  value === undefined || isWord(value)
    ? undefined
    : { ...OUT_OF_RANGE, what: 'the security counter has no room', got: String(value) };

const addresses: Rule = ({ loadAddress = 0, flags = 0 }) =>
  isWord(loadAddress) && isWord(flags)
    ? undefined
    : { ...OUT_OF_RANGE, what: 'the load address or the flags have no room', got: `${loadAddress}, ${flags}` };

const dependencies: Rule = ({ dependencies: list = [] }) => {
  const wrong = list.find(({ image, version: needed }) => !isWord(image) || image > 255 || !isVersion(needed));
  return wrong && { ...OUT_OF_RANGE, what: 'a dependency has no room', got: JSON.stringify(wrong) };
};

const softwareType: Rule = ({ softwareType: name }) => {
  if (name === undefined || new TextEncoder().encode(name).length <= BOOT_RECORD_NAME_SIZE) return undefined;
  const why = `boot records have ${BOOT_RECORD_NAME_SIZE} bytes for it`;
  return {
    code: 'IMG043',
    what: 'the software type is too long',
    got: JSON.stringify(name),
    why,
    fix: 'make it shorter',
  };
};

const tlvTypes: Rule = ({ protectedTlvs = [] }) => {
  const wrong = protectedTlvs.find(({ type, data }) => !isTlvSane(type, data.length));
  return (
    wrong && {
      code: 'IMG045',
      what: 'an entry cannot be protected',
      got: `${printTlvType(wrong.type)}, ${formatSize(wrong.data.length)}`,
      why: 'protected entries are those that a bootloader looks for there, and those of vendors: low byte 0xA0 and above, without 0xFFFF',
      fix: 'take a vendor type such as 0x00A0',
    }
  );
};

function isTlvSane(type: number, size: number): boolean {
  const known = findTlvType(type);
  if (!Number.isInteger(type) || type < 0 || type > 0xffff) return false;
  if (known === undefined) return isVendorType(type);
  return known.area === 'protected' && (known.sizes?.includes(size) ?? true);
}

const areaSize: Rule = (_, tlvs) => {
  const size = tlvAreaSize(tlvs);
  if (size <= AREA_SIZE_MAX) return undefined;
  const why = 'the size of a TLV area has 16 bits';
  return {
    code: 'IMG045',
    what: 'the protected entries are too large',
    got: formatSize(size),
    why,
    fix: 'make them smaller',
  };
};

const RULES: readonly Rule[] = [
  bodySize,
  headerSize,
  version,
  counter,
  addresses,
  dependencies,
  softwareType,
  tlvTypes,
  areaSize,
];

/** `tlvs` are all protected entries, those made of fields included. */
export function checkInput(input: ImageInput, tlvs: readonly Tlv[], file: string): Diagnostic[] {
  const found = RULES.flatMap((rule): Diagnostic[] => {
    const fault = rule(input, tlvs);
    return fault ? [{ severity: 'error', at: { file }, ...fault }] : [];
  });
  return found.length === 0 ? alignmentWarning(input, file) : found;
}

function alignmentWarning({ headerSize: size }: ImageInput, file: string): Diagnostic[] {
  if (size % VECTOR_ALIGNMENT === 0) return [];
  return [
    {
      code: 'IMG041',
      severity: 'warning',
      what: 'no vector table can lie behind this header',
      at: { file },
      got: `${size} bytes`,
      why: `slots begin at sectors, and vector tables at multiples of ${VECTOR_ALIGNMENT} bytes or more`,
      fix: 'take 512, and link the firmware for the address of the slot and 512',
    },
  ];
}
