/** The tools in the order in which they are tried: debug probes first, since they read and verify most reliably. */
import { type FlashTool, TOOL_NAMES, type ToolName } from '../tool.ts';
import { dfuUtil } from './dfu-util.ts';
import { openocd } from './openocd.ts';
import { probeRs } from './probe-rs.ts';
import { stFlash } from './st-flash.ts';
import { uf2 } from './uf2.ts';

const BY_NAME: Readonly<Record<ToolName, FlashTool>> = {
  'probe-rs': probeRs,
  openocd,
  'st-flash': stFlash,
  'dfu-util': dfuUtil,
  uf2,
};

export const FLASH_TOOLS: readonly FlashTool[] = TOOL_NAMES.map((name) => BY_NAME[name]);

export function flashTool(name: string): FlashTool | undefined {
  return FLASH_TOOLS.find((tool) => tool.name === name);
}
