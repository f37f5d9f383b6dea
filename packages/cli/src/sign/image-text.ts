/** An image's description for people. */
import { formatAddress, formatSize } from '@kickstage/base/hex';
import type { ImageDescription, TlvDescription } from '@kickstage/image/describe';
import type { Output } from '../output.ts';

const SWAP_KINDS = ['', 'none', 'on trial', 'for good', 'back'];
/** Hexadecimal digits of an entry that are shown: a whole SHA-512. */
const SHOWN_DIGITS = 128;

export function printImage(output: Output, d: ImageDescription): void {
  const parts = `header ${d.headerSize} + body ${d.bodySize} + TLVs ${d.size - d.headerSize - d.bodySize}`;
  output.line(`  version  ${d.version}`);
  output.line(`  size     ${formatSize(d.size)} = ${parts}`);
  if (d.flags.length > 0) output.line(`  flags    ${d.flags.join(' ')}`);
  if (d.loadAddress !== 0) output.line(`  address  ${formatAddress(d.loadAddress)}`);
  for (const tlv of d.tlvs) printTlv(output, tlv);
  if (d.restSize > 0) output.line(`  behind   ${formatSize(d.restSize)}${d.trailer ? ', with a trailer' : ''}`);
  if (!d.trailer) return;
  const { alignment, imageOk, copyDone, swapKind = 0 } = d.trailer;
  const kind = swapKind === 0 ? '' : `, exchange ${SWAP_KINDS[swapKind]}`;
  const state = `${imageOk ? 'confirmed' : 'not confirmed'}${copyDone ? ', exchanged' : ''}${kind}`;
  output.line(`  trailer  alignment ${alignment}, ${state}`);
}

function printTlv(output: Output, { area, name, type, data, meaning, size }: TlvDescription): void {
  const label = `${name} 0x${type.toString(16).toUpperCase().padStart(4, '0')}`;
  const digits = data.length > SHOWN_DIGITS ? `${data.slice(0, SHOWN_DIGITS)}…` : data;
  const what = meaning ?? (size === 0 ? 'no data' : digits);
  output.line(`  ${area === 'protected' ? 'signed ' : 'added  '}  ${label.padEnd(20)}  ${what}`);
}
