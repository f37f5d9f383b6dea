/** Which tool flashes: the one that --via names, or the first whose programs are on PATH. */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import type { FlashTool, ToolTarget } from '@kickstage/toolchain/flash/tool';
import { FLASH_TOOLS, flashTool } from '@kickstage/toolchain/flash/tools/all';
import { CommandFailure } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { findProgram } from './find-program.ts';

export interface ToolChoice {
  readonly tool: FlashTool;
  /** Why this one, in words. */
  readonly why: string;
}

const NAMES = FLASH_TOOLS.map(({ name }) => name);
/** A drive is never chosen by itself: it cannot be read, so nothing could be kept or verified. */
const AUTOMATIC = FLASH_TOOLS.filter(({ programs }) => programs.length > 0);

/** The tool of --via, or undefined without --via. An unknown name ends the command. */
export function requestedTool(via: string | undefined): FlashTool | undefined {
  if (via === undefined) return undefined;
  const tool = flashTool(via);
  if (tool) return tool;
  const near = nearMiss(via, NAMES);
  throw new CommandFailure([
    {
      code: 'CLI004',
      severity: 'error',
      what: `--via does not know \`${via}\``,
      at: { path: '--via' },
      got: `the tools are ${NAMES.join(', ')}`,
      fix: near ? `did you mean ${near}?` : 'name one of them',
    },
  ]);
}

/** `needsProgram`: false for a dry run, which needs nothing on PATH and takes openocd when there is nothing. */
export function chooseTool(via: string | undefined, target: ToolTarget, needsProgram: boolean): ToolChoice {
  const requested = requestedTool(via);
  if (requested) return checked(requested, 'as --via says', target, needsProgram);
  const missing: string[] = [];
  for (const tool of AUTOMATIC) {
    const absent = tool.programs.filter((program) => findProgram(program) === undefined);
    const lacks = tool.lacks(target);
    if (absent.length === 0 && lacks === undefined) return { tool, why: whyFirst(tool, missing) };
    missing.push(absent.length > 0 ? `${absent.join(' and ')} not on PATH` : `${tool.name}: ${lacks}`);
  }
  if (!needsProgram) {
    const tool = AUTOMATIC.find((candidate) => candidate.lacks(target) === undefined);
    if (tool) return { tool, why: 'no tool is on PATH, and a dry run needs none' };
  }
  throw new CommandFailure([noTool(missing)], EXIT.device);
}

function whyFirst(tool: FlashTool, missing: readonly string[]): string {
  return missing.length === 0 ? `${tool.name} is on PATH` : `${tool.name} is on PATH; ${missing.join(', ')}`;
}

function checked(tool: FlashTool, why: string, target: ToolTarget, needsProgram: boolean): ToolChoice {
  const lacks = tool.lacks(target);
  if (lacks !== undefined) throw new CommandFailure([unusable(tool, lacks)]);
  const absent = tool.programs.filter((program) => findProgram(program) === undefined);
  if (needsProgram && absent.length > 0)
    throw new CommandFailure([noTool(absent.map((program) => `${program} not on PATH`))], EXIT.device);
  return { tool, why };
}

function unusable(tool: FlashTool, lacks: string): Diagnostic {
  return {
    code: 'FLS017',
    severity: 'error',
    what: `${tool.name} cannot be used for this board`,
    got: lacks,
    fix: 'choose another tool with --via, or complete the board of boot.config.ts',
  };
}

function noTool(missing: readonly string[]): Diagnostic {
  return {
    code: 'FLS001',
    severity: 'error',
    what: 'there is no tool to flash with',
    got: missing.join('; '),
    why: 'Kickstage drives the usual flash tools; it has no USB driver of its own',
    fix: 'install one, for instance openocd (with a debug probe) or dfu-util (with a USB cable alone); kickstage doctor shows what is found',
  };
}
