/** `kickstage doctor`: is everything there that flashing a board needs, and what is to be done if not? */
import { stm32f411xe } from '@kickstage/chips/stm32f411';
import type { ToolTarget } from '@kickstage/toolchain/flash/tool';
import type { Command } from 'commander';
import {
  type CommandContext,
  CommandFailure,
  type CommonOptions,
  contextOf,
  withCommonOptions,
} from '../command-context.ts';
import { findConfig } from '../config-file.ts';
import type { Check, CheckStatus } from '../doctor/check.ts';
import { checkNode, checkRights, thisMachine } from '../doctor/machine.ts';
import { checkTools } from '../doctor/tools.ts';
import { EXIT } from '../exit-codes.ts';
import { toolRunner } from '../flash/run-tool.ts';
import type { Output } from '../output.ts';
import { loadProject } from '../project.ts';
import { targetOf } from './flash.ts';

export function addDoctorCommand(program: Command): void {
  withCommonOptions(program.command('doctor'))
    .description('check what flashing needs: tools, rights, devices, the project')
    .option('--probe <kind>', "OpenOCD's interface: stlink, cmsis-dap, jlink", 'stlink')
    .action(async (options: CommonOptions & { probe: string }) => {
      const context = contextOf(options);
      const { check, target } = await checkProject(context, options.probe);
      const tools = await checkTools(toolRunner(context.cwd), target);
      const rights = checkRights(thisMachine(), target?.chip ?? stm32f411xe);
      const checks = [checkNode(), check, ...rights, ...tools.checks];
      for (const entry of checks) print(context.output, entry);
      context.output.line();
      context.output.line(conclusion(tools.usable));
      context.output.object({ event: 'doctor', usable: tools.usable });
      process.exitCode = tools.usable.length > 0 ? EXIT.ok : EXIT.device;
    });
}

function conclusion([first, ...others]: readonly string[]): string {
  if (first === undefined) return 'no board can be flashed now; kickstage run needs none';
  const more = others.length > 0 ? ` (${others.join(', ')} could as well)` : '';
  return `a board can be flashed: kickstage flash --via ${first}${more}`;
}

/** The project is not needed to look at tools; what is wrong with it is one check among others. */
async function checkProject(context: CommandContext, probe: string): Promise<{ check: Check; target?: ToolTarget }> {
  const name = 'project';
  if (context.config === undefined && findConfig(context.cwd, undefined) === undefined)
    return {
      check: {
        name,
        status: 'warn',
        found: 'no boot.config.ts here or in a folder above',
        fix: 'go to a project, or name its config with --config',
      },
    };
  try {
    const project = await loadProject(context);
    const { name: board, chip } = project.layout.board;
    return {
      check: { name, status: 'ok', found: `${project.file.shown}: ${board}, ${chip}` },
      target: targetOf(project, probe),
    };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const [first] = error.diagnostics;
    return { check: { name, status: 'fail', found: `${first.code}: ${first.what}`, fix: 'kickstage check says more' } };
  }
}

function print(output: Output, check: Check): void {
  const { colors } = output;
  const paint: Record<CheckStatus, (text: string) => string> = {
    ok: colors.green,
    warn: colors.yellow,
    fail: colors.red,
  };
  output.line(`${paint[check.status](check.status.padEnd(4))}  ${check.name.padEnd(20)} ${check.found}`);
  if (check.fix) output.line(`      ${''.padEnd(20)} ${colors.dim(check.fix)}`);
  for (const line of check.lines ?? []) output.line(`        ${line}`);
  output.object({ event: 'check', ...check });
}
