/** A plan as lines for people and as events for programs. */
import { formatAddress, formatRange, formatSize } from '@kickstage/base/hex';
import { rangeSize } from '@kickstage/base/ranges';
import type { FlashPlan } from '@kickstage/toolchain/flash/plan';
import type { KeptRange, SectorPlan } from '@kickstage/toolchain/flash/sector-plan';
import type { Output } from '../output.ts';
import type { ToolChoice } from './choose-tool.ts';

export function printPlan(output: Output, { tool, why }: ToolChoice, plan: FlashPlan): void {
  const { kind, joins, why: reason } = plan.bootloader;
  output.line(`tool        ${tool.name}: ${why}`);
  output.line(`bootloader  ${joins ? 'goes first' : 'stays'}: ${reason}`);
  output.object({ event: 'tool', tool: tool.name, why });
  output.object({ event: 'bootloader', state: kind, flashed: joins, why: reason });
  for (const sector of plan.sectors) {
    output.line(sectorText(sector));
    output.object(sectorEvent(sector));
  }
}

function sectorText({ sector, action, written, kept }: SectorPlan): string {
  const head = `sector ${String(sector.index).padStart(2)}   ${formatAddress(sector.start)} ${formatSize(rangeSize(sector)).padStart(8)}`;
  const parts = written.map((range) => `${range.image} ${formatSize(rangeSize(range))}`);
  if (action === 'skip') return `${head}  unchanged: ${parts.join(', ')}`;
  const keeps = kept.length === 0 ? '' : `; keeps ${kept.map(keptText).join(', ')}`;
  return `${head}  erase and write ${parts.join(', ')}${keeps}`;
}

export const keptText = ({ owner, start, end }: KeptRange) =>
  `${owner === undefined ? 'unclaimed bytes' : `\`${owner}\``} at ${formatRange({ start, end })}`;

function sectorEvent({ sector, action, written, kept }: SectorPlan) {
  const { index, start, end } = sector;
  return { event: 'sector', index, start, end, action, written, kept };
}
