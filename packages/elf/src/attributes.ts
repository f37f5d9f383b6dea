/**
 * The .ARM.attributes section: it tells tools that the code is Thumb-2 for an ARMv7E-M microcontroller, and whether it uses
 * the floating-point unit. Format and tags: Addenda to the ABI for the Arm Architecture (IHI 0045), build attributes. Floats
 * go in core registers either way: Tag_ABI_VFP_args is left at 0, the base variant.
 */
import { ByteWriter } from '@kickstage/base/bytes';

const TAG_FILE = 1;
const TAG_CPU_NAME = 5;
const TAG_CPU_ARCH = 6;
const TAG_CPU_ARCH_PROFILE = 7;
const TAG_THUMB_ISA_USE = 9;
const TAG_FP_ARCH = 10;
const TAG_ABI_HARD_FP_USE = 27;
const ARCH_V7E_M = 13;
const THUMB_2 = 2;
/** VFPv4 with 16 doubles; used for single precision only. */
const FP_V4_D16 = 6;
const SINGLE_ONLY = 1;

export function armAttributes(usesFpu: boolean): Uint8Array {
  const name = new TextEncoder().encode('Cortex-M4');
  const list = new ByteWriter()
    .u8(TAG_CPU_NAME)
    .append(name)
    .u8(0)
    .u8(TAG_CPU_ARCH)
    .u8(ARCH_V7E_M)
    .u8(TAG_CPU_ARCH_PROFILE)
    .u8('M'.charCodeAt(0))
    .u8(TAG_THUMB_ISA_USE)
    .u8(THUMB_2);
  if (usesFpu) list.u8(TAG_FP_ARCH).u8(FP_V4_D16).u8(TAG_ABI_HARD_FP_USE).u8(SINGLE_ONLY);
  const attributes = list.toBytes();
  const vendor = new TextEncoder().encode('aeabi\0');
  const fileSize = 5 + attributes.length;
  const out = new ByteWriter();
  out
    .u8('A'.charCodeAt(0))
    .u32(4 + vendor.length + fileSize)
    .append(vendor);
  return out.u8(TAG_FILE).u32(fileSize).append(attributes).toBytes();
}
