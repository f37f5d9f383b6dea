/** Compares what was read back with what the plan says, byte for byte, over whole sectors. */

import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress } from '@kickstage/base/hex';
import { contains } from '@kickstage/base/ranges';
import { diagnosticOf } from '@kickstage/toolchain/flash/diagnose';
import type { BoardSectors } from '@kickstage/toolchain/flash/plan';
import type { SectorPlan } from '@kickstage/toolchain/flash/sector-plan';
import type { FlashTool, ToolTarget } from '@kickstage/toolchain/flash/tool';

const hexByte = (byte: number | undefined) => `0x${(byte ?? 0).toString(16).padStart(2, '0')}`;

/** The first difference as a diagnostic; undefined when there is none. */
export function compareSectors(
  sectors: readonly SectorPlan[],
  board: BoardSectors,
  tool: FlashTool,
  target: ToolTarget,
): Diagnostic | undefined {
  for (const { sector, content, written, kept } of sectors) {
    const seen = board.get(sector.start);
    const at = content!.findIndex((byte, i) => seen?.[i] !== byte);
    if (at < 0) continue;
    const address = sector.start + at;
    const differing = content!.reduce((count, byte, i) => count + (seen?.[i] === byte ? 0 : 1), 0);
    const whose =
      written.find((range) => contains(range, address))?.image ?? kept.find((range) => contains(range, address))?.owner;
    return {
      ...diagnosticOf('verify', { tool: tool.name, code: 0, output: '' }, target),
      got: `${hexByte(seen?.[at])} at ${formatAddress(address)}${whose ? ` (\`${whose}\`)` : ''} instead of ${hexByte(content![at])}; ${differing} bytes of sector ${sector.index} differ`,
    };
  }
  return undefined;
}
