/** `kickstage test powercut`: cuts the power at every operation of an app's updates, and shows that nothing is lost. */

import { join, resolve } from 'node:path';
import { hasErrors } from '@kickstage/base/diagnostic';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import { resolve as resolveLayout } from '@kickstage/memory-map/resolve';
import { STRATEGIES, type Strategy } from '@kickstage/memory-map/updates/config';
import type { CampaignResult, Failure } from '@kickstage/testbench/powercut/campaign';
import type { Counts } from '@kickstage/testbench/powercut/judge';
import { makeLab, runCampaign } from '@kickstage/testbench/powercut/lab';
import type { Command } from 'commander';
import {
  type CommandContext,
  CommandFailure,
  type CommonOptions,
  contextOf,
  withCommonOptions,
} from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { loadProject, type Project, readFirmware, readSource } from '../project.ts';
import { readInput } from '../read-input.ts';
import { writeFileAtomically } from '../write-file.ts';

interface PowercutOptions extends CommonOptions {
  readonly strategy?: string;
  readonly exhaustive?: boolean;
  readonly shard?: string;
  readonly seed?: string;
  readonly replay?: string;
}

/** Without --exhaustive one second cut of so many is made. */
const SECOND_CUTS = 997;
const FAILURE_FILE = 'powercut-failure.json';

export function addTestCommand(program: Command): void {
  const test = program.command('test').description('prove a project: cut the power everywhere');
  withCommonOptions(test.command('powercut'))
    .description("cut the power before, in and after every operation on flash of an app's updates")
    .argument('[app]', 'all apps that can be updated, when absent')
    .option('--strategy <name>', `another strategy than the config's: ${STRATEGIES.join(', ')}`)
    .option('--exhaustive', 'a second cut at every operation of every recovery')
    .option('--shard <i/n>', 'a part of the campaign: 1/4 to 4/4 together are all of it')
    .option('--seed <number>', 'of torn places and of second cuts', '1')
    .option('--replay <file>', 'one failure again, from the file that a campaign has written')
    .action(async (name: string | undefined, options: PowercutOptions) => {
      const context = contextOf(options);
      const project = withStrategy(await loadProject(context), readStrategy(options.strategy));
      const settings = readSettings(options);
      const only = options.replay === undefined ? undefined : readFailure(context, options.replay);
      let failures = 0;
      for (const app of chooseApps(project.layout, name)) {
        const result = await runApp(project, context, app, { ...settings, ...(only ? { only } : {}) });
        failures += result.failures.length;
        report(context, project, app, result);
        if (result.failures.length > 0 && !only) saveFailure(context, project, app, result.failures[0]);
      }
      process.exitCode = failures === 0 ? 0 : EXIT.program;
    });
}

interface Settings {
  readonly seed: number;
  readonly secondCuts: number;
  readonly shard?: { readonly index: number; readonly count: number };
}

function readSettings({ seed = '1', exhaustive, shard }: PowercutOptions): Settings {
  const number = Number(seed);
  if (!Number.isSafeInteger(number) || number < 0) throw usage(`--seed ${seed} is no whole number`, '--seed 7');
  const secondCuts = exhaustive ? 1 : SECOND_CUTS;
  if (shard === undefined) return { seed: number, secondCuts };
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(shard) ?? []).map(Number);
  if (!(count >= 1 && index >= 1 && index <= count)) throw usage(`--shard ${shard} is no part`, '--shard 1/4');
  return { seed: number, secondCuts, shard: { index: index - 1, count } };
}

function readStrategy(strategy: string | undefined): Strategy | undefined {
  if (strategy === undefined || (STRATEGIES as readonly string[]).includes(strategy)) return strategy as Strategy;
  throw usage(`there is no strategy ${strategy}`, `the strategies are ${STRATEGIES.join(', ')}`);
}

function usage(what: string, fix: string): CommandFailure {
  return new CommandFailure([{ code: 'CLI004', severity: 'error', what, fix }]);
}

/** The same config with another strategy for every app that can be updated. */
function withStrategy(project: Project, strategy: Strategy | undefined): Project {
  if (strategy === undefined) return project;
  const config = project.file.value as { apps: Record<string, { update?: unknown }> };
  const apps = Object.fromEntries(
    Object.entries(config.apps).map(([name, app]) => {
      if (app.update === undefined) return [name, app];
      const update = typeof app.update === 'object' ? app.update : {};
      return [name, { ...app, update: { ...update, strategy } }];
    }),
  );
  // Regions lie elsewhere then than the lock has them.
  const { value: layout, diagnostics } = resolveLayout({ ...config, apps });
  if (!layout || hasErrors(diagnostics)) throw new CommandFailure(diagnostics);
  return { ...project, layout };
}

function chooseApps({ apps }: Layout, name: string | undefined): LayoutImage[] {
  const updatable = apps.filter(({ update }) => update !== undefined);
  const chosen = updatable.filter((app) => name === undefined || app.name === name);
  if (chosen.length > 0) return chosen;
  const names = updatable.map((app) => app.name);
  throw usage(
    name === undefined ? 'no app of this config can be updated' : `there is no app \`${name}\` that can be updated`,
    names.length > 0 ? `those that can are ${names.join(', ')}` : 'give an app update: true in the config',
  );
}

async function runApp(
  { layout, chip, file }: Project,
  { output }: CommandContext,
  app: LayoutImage,
  settings: Settings & { readonly only?: Failure },
): Promise<CampaignResult> {
  output.progress(`${app.name}: compiling boot core and update library`);
  const { compileLabFirmware } = await import('@kickstage/toolchain/powercut-firmware');
  const source = {
    layout,
    chip,
    firmware: readFirmware(),
    readSource: (path: string) => readSource(resolve(file.folder, path)),
  };
  const { value: firmware, diagnostics } = await compileLabFirmware(source, app);
  if (!firmware) throw new CommandFailure(diagnostics, EXIT.program);
  const lab = makeLab({ layout, chip, firmware, app });
  return runCampaign(lab, app, {
    ...settings,
    onProgress: ({ cuts, secondCuts }: Counts) =>
      output.progress(`${app.name}: ${cuts} cuts, ${secondCuts} second cuts`),
  });
}

function report({ output }: CommandContext, { layout }: Project, app: LayoutImage, result: CampaignResult): void {
  const { counts, failures, stages } = result;
  const strategy = app.update!.strategy;
  output.line(`${app.name}, ${strategy}, ${layout.board.chip}`);
  for (const { scenario, stage, operations, erases } of stages) {
    output.line(`  ${scenario}: ${stage}: ${operations} operations, ${erases} erases`);
    output.object({ event: 'stage', app: app.name, scenario, stage, operations, erases });
  }
  for (const failure of failures) {
    const { scenario, stageName, cut, second, problem } = failure;
    const again = second ? `, and again at ${second.at} (${second.how})` : '';
    const trouble = cut ? `cut at ${cut.at} (${cut.how})` : 'without any trouble';
    output.line(`  FAILED ${scenario}: ${stageName}: ${trouble}${again}: ${problem}`);
    output.object({ event: 'failure', app: app.name, ...failure });
  }
  const { cuts, secondCuts, hiccups, boots, worstOperations, worstErases } = counts;
  output.line(`  ${cuts} cuts, ${secondCuts} second cuts, ${hiccups} hiccups of flash, ${boots} boots`);
  output.line(`  ${failures.length} failures`);
  output.line(`  longest recovery: ${worstOperations} operations, ${worstErases} erases`);
  output.object({ event: 'powercut', app: app.name, strategy, ...counts, failures: failures.length });
}

function saveFailure({ output, cwd }: CommandContext, _: Project, app: LayoutImage, failure: Failure): void {
  const path = join(cwd, FAILURE_FILE);
  writeFileAtomically(path, new TextEncoder().encode(`${JSON.stringify({ app: app.name, ...failure }, null, 2)}\n`));
  output.progress(`the first failure is in ${path}: kickstage test powercut ${app.name} --replay ${FAILURE_FILE}`);
}

function readFailure({ cwd }: CommandContext, path: string): Failure {
  const text = new TextDecoder().decode(readInput(cwd, path));
  try {
    const failure = JSON.parse(text) as Failure;
    if (typeof failure.scenario === 'string' && typeof failure.stage === 'number') return failure;
  } catch {
    // Said below.
  }
  throw usage(`${path} holds no failure of a campaign`, 'name the file that kickstage test powercut has written');
}
