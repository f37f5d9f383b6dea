/** Runs the lab for one app: its campaign, random chains, the virtual board, or one failure again. */
import { join, resolve } from 'node:path';
import type { LayoutImage } from '@kickstage/memory-map/layout';
import type { Failure } from '@kickstage/testbench/powercut/campaign';
import { Chain, runChains, type Step } from '@kickstage/testbench/powercut/chains';
import { EmulatedCampaign } from '@kickstage/testbench/powercut/emulated-campaign';
import type { EmulatedDevice } from '@kickstage/testbench/powercut/emulated-device';
import { type Replay, replayTo } from '@kickstage/testbench/powercut/emulated-replay';
import { Judge, problemOf } from '@kickstage/testbench/powercut/judge';
import { emulatedScenarios, type Lab, makeEmulated, makeLab, runCampaign } from '@kickstage/testbench/powercut/lab';
import { Scenario } from '@kickstage/testbench/scenario';
import type { LabSource } from '@kickstage/toolchain/powercut-firmware';
import { type CommandContext, CommandFailure } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { DebuggedBoard } from '../gdb/debugged-board.ts';
import { runDebugged } from '../gdb/run-debugged.ts';
import { type Project, readFirmware, readSource } from '../project.ts';
import { requireMachine } from '../virtual-board.ts';
import { writeFileAtomically } from '../write-file.ts';
import { signingFor } from './lab-signing.ts';
import { reportCampaign, reportChains, reportEmulated, reportRate } from './report.ts';
import { originOf, readCheckpoint, saveCheckpoint, saveFailure, saveResult } from './results.ts';
import { type Settings, usage } from './settings.ts';
import { expectShortLives } from './short-lives.ts';

export interface LabRun {
  readonly project: Project;
  readonly context: CommandContext;
  readonly app: LayoutImage;
  readonly settings: Settings;
}

/** Where results go; absent where they are printed only. */
export interface Files {
  readonly result?: string;
  readonly checkpoint?: string;
}

const ELF_FILE = 'powercut-bootloader.elf';

const sourceOf = ({ layout, chip, file }: Project): LabSource => ({
  layout,
  chip,
  firmware: readFirmware(),
  readSource: (path: string) => readSource(resolve(file.folder, path)),
});

/** The lab; with `run` as it is in the lab, where a key may be another one. */
async function labFor(asked: LabRun): Promise<{ lab: Lab; run: LabRun }> {
  expectShortLives();
  const { context, app } = asked;
  const { project, signer } = await signingFor(asked.project, app, context);
  context.output.progress(`${app.name}: compiling boot core and update library`);
  const { compileLabFirmware } = await import('@kickstage/toolchain/powercut-firmware');
  const source = sourceOf(project);
  const { value: firmware, diagnostics } = await compileLabFirmware(source, app);
  if (!firmware) throw new CommandFailure(diagnostics, EXIT.program);
  const input = { layout: project.layout, chip: project.chip, firmware, app, ...(signer ? { signer } : {}) };
  return { lab: await makeLab(input), run: { ...asked, project } };
}

async function emulatedFor({ project, context, app }: LabRun, lab: Lab) {
  const { layout, chip } = project;
  requireMachine(layout.board, { file: project.file.shown });
  context.output.progress(`${app.name}: building bootloader and update library`);
  const { buildLabCode } = await import('@kickstage/toolchain/powercut-firmware');
  const { value: code, diagnostics } = await buildLabCode(sourceOf(project), app);
  if (!code) throw new CommandFailure(diagnostics, EXIT.program);
  return { device: makeEmulated(layout, app, chip, code, lab.images), elf: code.elf };
}

/** Number of failures. */
export async function runLab(asked: LabRun, files: Files): Promise<number> {
  const { lab, run } = await labFor(asked);
  const { project, context, app, settings } = run;
  const { output } = context;
  const { device, images, refused, factory } = lab;
  const start = performance.now();
  const sayRate = (boots: number) => reportRate(output, app, boots, (performance.now() - start) / 1000);
  const { name } = app;
  const origin = originOf(name, app.update!.strategy, project.layout.board.chip, settings);
  if (settings.emulatedCuts !== undefined) return runEmulated(run, lab, settings.emulatedCuts);
  if (settings.chains !== undefined) {
    const onProgress = (chains: number) => output.progress(`${name}: ${chains} chains`);
    const { chains, seed, shard } = settings;
    const options = { app, images, refused, factory, chains, steps: CHAIN_STEPS, seed, onProgress };
    const result = runChains(device, { ...options, ...(shard ? { shard } : {}) });
    reportChains(output, origin, result);
    sayRate(result.boots);
    if (result.failures.length > 0) saveFailure(context, name, result.failures[0]);
    return result.failures.length;
  }
  const { checkpoint, result: path } = files;
  const resume = checkpoint === undefined ? undefined : readCheckpoint(checkpoint, origin, settings);
  if (resume) output.progress(`${name}: goes on behind ${resume.stagesDone} stages`);
  const result = runCampaign(lab, app, {
    ...settings,
    ...(resume ? { resume } : {}),
    onProgress: ({ cuts, secondCuts }) => output.progress(`${name}: ${cuts} cuts, ${secondCuts} second cuts`),
    ...(checkpoint === undefined ? {} : { onCheckpoint: (now) => saveCheckpoint(checkpoint, origin, settings, now) }),
  });
  reportCampaign(output, origin, result);
  sayRate(result.counts.boots - (resume?.counts.boots ?? 0));
  if (path !== undefined) saveResult(path, origin, settings, result);
  if (result.failures.length > 0) saveFailure(context, name, result.failures[0]);
  return result.failures.length;
}

const CHAIN_STEPS = 40;

async function runEmulated(run: LabRun, lab: Lab, cuts: number): Promise<number> {
  const { project, context, app, settings } = run;
  const { device } = await emulatedFor(run, lab);
  const factory = device.state;
  const onProgress = (done: number) => context.output.progress(`${app.name}: ${done} cuts on the virtual board`);
  const { seed } = settings;
  const chosen = emulatedScenarios(lab);
  let failures = 0;
  for (const scenario of chosen) {
    device.restore(factory);
    lab.device.restore(lab.factory, seed);
    const share = Math.ceil(cuts / chosen.length);
    const options = { app, images: lab.images, scenario, cuts: share, seed, twin: lab.device, onProgress };
    const result = new EmulatedCampaign(device, options).run();
    const origin = originOf(app.name, app.update!.strategy, project.layout.board.chip, settings);
    reportEmulated(context.output, origin, result);
    const [first] = result.failures;
    if (first && failures === 0)
      saveFailure(context, app.name, { scenario: scenario.name, ...first }, ' --on emulator');
    failures += result.failures.length;
  }
  return failures;
}

/** One failure again; number of failures. */
export async function replayLab(
  asked: LabRun,
  failure: Replay & { readonly steps?: readonly object[] },
  gdbPort?: number,
): Promise<number> {
  const { lab, run } = await labFor(asked);
  const { context, app, settings, project } = run;
  if (failure.steps) return replayChain(run, lab, failure.steps as readonly Step[]);
  if (settings.emulatedCuts === undefined && gdbPort === undefined && !failure.power) {
    const result = runCampaign(lab, app, { ...settings, only: failure as Failure });
    const origin = originOf(app.name, app.update!.strategy, project.layout.board.chip, settings);
    reportCampaign(context.output, origin, result);
    return result.failures.length;
  }
  const scenario = lab.scenarios.find(({ name }) => name === failure.scenario);
  if (!scenario) throw usage(`there is no scenario ${failure.scenario} here`, 'replay it with the same config');
  const { device, elf } = await emulatedFor(run, lab);
  const judge = new Judge(device, app, lab.images);
  let problem: string | undefined;
  const failed = problemOf(() => {
    const allowed = replayTo(device, scenario, failure);
    if (gdbPort === undefined)
      judge.attempt(allowed, failure.seed, (text) => {
        problem = text;
      });
  });
  problem ??= failed;
  if (gdbPort !== undefined && problem === undefined) {
    await debug(run, device, elf, gdbPort);
    return 0;
  }
  context.output.line(problem === undefined ? 'nothing is lost' : `FAILED ${problem}`);
  context.output.object({ event: 'replay', app: app.name, on: 'emulator', problem: problem ?? null });
  return problem === undefined ? 0 : 1;
}

function replayChain(
  { context, app }: LabRun,
  { device, images, refused, factory }: Lab,
  steps: readonly Step[],
): number {
  const problem = new Chain(device, { app, images, refused, factory }).run(steps);
  context.output.line(problem === undefined ? 'nothing is lost' : `FAILED ${problem}`);
  context.output.object({ event: 'replay', app: app.name, steps: steps.length, problem: problem ?? null });
  return problem === undefined ? 0 : 1;
}

/** Serves gdb from the power-on behind the cut. */
async function debug({ project, context }: LabRun, device: EmulatedDevice, elf: Uint8Array, port: number) {
  const { layout, chip } = project;
  const { output, cwd } = context;
  writeFileAtomically(join(cwd, ELF_FILE), elf);
  const board = new DebuggedBoard({ machine: () => device.chip, board: layout.board, seed: 1 });
  const scenario = new Scenario({ board, presses: [], layout, onEvent: (event) => output.object(event) });
  await runDebugged({ board, scenario, chip, output, port, files: [ELF_FILE] });
}
