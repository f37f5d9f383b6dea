/** How firmware is compiled, where a command lets it be chosen. */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import type { OptimizationLevel } from '@kickstage/toolchain/assemblyscript/optimize';
import type { Command } from 'commander';

export interface RawBuildOptions {
  readonly optimize?: string;
  readonly checks?: boolean;
}

export interface BuildOptions {
  /** `size` when absent. */
  readonly optimize?: OptimizationLevel;
  /** Keep `assert` and bounds checks. */
  readonly checks: boolean;
}

const LEVELS: readonly OptimizationLevel[] = ['size', 'speed', 'none'];

export function withBuildOptions(command: Command): Command {
  return command
    .option('--optimize <level>', 'size, speed, or none: to step through, with all local variables (default: size)')
    .option('--checks', 'keep assert() and checks of array bounds in the firmware');
}

export function readBuildOptions({ optimize, checks = false }: RawBuildOptions): {
  options: BuildOptions;
  diagnostics: Diagnostic[];
} {
  const level = LEVELS.find((known) => known === optimize);
  if (optimize === undefined || level)
    return { options: { ...(level ? { optimize: level } : {}), checks }, diagnostics: [] };
  const wrong: Diagnostic = {
    code: 'CLI004',
    severity: 'error',
    what: '--optimize cannot be read',
    at: { path: '--optimize' },
    got: JSON.stringify(optimize),
    fix: `give one of ${LEVELS.join(', ')}`,
  };
  return { options: { checks }, diagnostics: [wrong] };
}
