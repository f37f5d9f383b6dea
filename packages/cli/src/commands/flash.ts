/** `kickstage flash`: puts the images on a board by the flash tool that is there. */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatRange, formatSize } from '@kickstage/base/hex';
import { type BootloaderState, knownBootloader } from '@kickstage/toolchain/flash/bootloader-state';
import { type FactoryState, withFactoryState } from '@kickstage/toolchain/flash/factory-state';
import { type BoardSectors, type FlashPlan, planFlash, readsOf } from '@kickstage/toolchain/flash/plan';
import type { ProgramImage } from '@kickstage/toolchain/flash/sector-plan';
import { TOOL_NAMES, type ToolTarget } from '@kickstage/toolchain/flash/tool';
import type { Command } from 'commander';
import {
  type CommandContext,
  CommandFailure,
  type CommonOptions,
  contextOf,
  withCommonOptions,
} from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { chooseTool, type ToolChoice } from '../flash/choose-tool.ts';
import { dryCommands, printCommands } from '../flash/dry-run.ts';
import { readFlashed, recordFlashed } from '../flash/flashed-record.ts';
import { freshImages } from '../flash/fresh-build.ts';
import { printPlan } from '../flash/plan-text.ts';
import { type RunTool, toolRunner } from '../flash/run-tool.ts';
import { selectImages } from '../flash/selection.ts';
import { FlashSession, flashFailure } from '../flash/session.ts';
import { driveRunner, findUf2Drives, NO_DRIVE } from '../flash/uf2-drive.ts';
import { compareSectors } from '../flash/verify.ts';
import type { Output } from '../output.ts';
import { loadProject, type Project } from '../project.ts';

interface FlashOptions extends CommonOptions {
  readonly via?: string;
  readonly probe: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

interface Job {
  readonly context: CommandContext;
  readonly project: Project;
  readonly choice: ToolChoice;
  readonly images: readonly ProgramImage[];
  readonly wanted: readonly string[];
  readonly session: FlashSession;
}

export function addFlashCommand(program: Command): void {
  withCommonOptions(program.command('flash'))
    .description('put the images on a board: build, read, write what differs, verify, start')
    .argument('[image...]', '`bootloader`, names of apps, or `all` (default: all)')
    .option('--via <tool>', `${TOOL_NAMES.join(', ')} (default: the first on PATH)`)
    .option('--probe <kind>', "OpenOCD's interface: stlink, cmsis-dap, jlink", 'stlink')
    .option('--dry-run', 'print the commands only; needs no tool and no board')
    .option('--yes', 'overwrite a program of unknown origin')
    .action(async (names: string[], options: FlashOptions) => {
      const job = await prepare(names, options);
      if (options.dryRun) dryRun(job);
      else await flash(job, options.yes === true);
    });
}

async function prepare(names: readonly string[], options: FlashOptions): Promise<Job> {
  const context = contextOf(options);
  const project = await loadProject(context);
  const target: ToolTarget = targetOf(project, options.probe);
  const choice = chooseTool(options.via, target, options.dryRun !== true);
  const named = withoutUf2Bootloader(selectImages(names, project.layout), names, choice, project);
  const factory = withFactoryState(project.layout, await freshImages(project, context), named);
  const { built: images, wanted } = factory;
  sayFactoryState(context.output, factory);
  const run = options.dryRun ? notInDryRun : runnerOf(choice, project);
  const session = new FlashSession({ ...choice, target, run, output: context.output, folder: project.file.folder });
  return { context, project, choice, images, wanted, session };
}

/** What is flashed beside what was asked for, where apps can be updated. */
function sayFactoryState(output: Output, { joined, withoutCopy }: FactoryState): void {
  if (joined.length > 0)
    output.progress(
      `${joined.join(', ')} is flashed, too: one journal keeps the state of all updates, and begins anew`,
    );
  if (withoutCopy.length > 0)
    output.progress(
      `the copy of ${withoutCopy.join(', ')} in external flash is made by the bootloader before an update`,
    );
}

export function targetOf({ layout, chip, file }: Project, probe: string): ToolTarget {
  const part = (file.value as { board: { part?: string } }).board.part;
  return { layout, chip, part, probe };
}

const notInDryRun: RunTool = () => Promise.reject(new Error('a dry run calls no tool'));

function runnerOf({ tool }: ToolChoice, { file }: Project): RunTool {
  if (tool.name !== 'uf2') return toolRunner(file.folder);
  const [drive] = findUf2Drives();
  if (!drive) throw new CommandFailure([NO_DRIVE], EXIT.device);
  return driveRunner(drive, file.folder);
}

/** A UF2 bootloader does not replace itself: `all` means the apps, and asking for the bootloader is an error. */
function withoutUf2Bootloader(
  wanted: string[],
  named: readonly string[],
  { tool }: ToolChoice,
  { layout }: Project,
): string[] {
  const { name } = layout.bootloader;
  if (tool.name !== 'uf2') return wanted;
  if (named.includes(name))
    throw new CommandFailure([
      {
        code: 'FLS019',
        severity: 'error',
        what: 'the bootloader cannot be flashed over UF2',
        why: 'the UF2 bootloader lives in its place and takes no block for it',
        fix: 'flash it with a debug probe or with --via dfu-util',
      },
    ]);
  return wanted.filter((image) => image !== name);
}

function dryRun({ context, project, choice, images, wanted, session }: Job): void {
  const { layout } = project;
  const reading = choice.tool.reads ? 'later' : 'never';
  const plan = planFlash({ layout, built: images, wanted, reading, board: new Map(), known: [] });
  refuseErrors(plan);
  printPlan(context.output, choice, plan);
  printCommands(context.output, dryCommands(session, plan, readsOf({ layout, built: images, wanted })));
}

async function flash(job: Job, yes: boolean): Promise<void> {
  const { context, project, choice, images, wanted, session } = job;
  const { output } = context;
  const { layout } = project;
  const { reads } = choice.tool;
  await session.detect();
  const board: BoardSectors = reads
    ? await session.read(readsOf({ layout, built: images, wanted }), 'read')
    : new Map();
  const known = readFlashed(project);
  const plan = planFlash({ layout, built: images, wanted, reading: reads ? 'done' : 'never', board, known });
  refuseErrors(plan);
  printPlan(output, choice, plan);
  if (!yes && plan.bootloader.joins && plan.bootloader.kind === 'stranger')
    throw new CommandFailure([strangersProgram(plan.bootloader, board, job)], EXIT.usage);
  for (const piece of plan.pieces) await session.write(piece);
  if (plan.pieces.length > 0) await verify(job, plan);
  if (plan.bootloader.joins) recordBootloader(job);
  await finish(job, plan);
}

function refuseErrors({ diagnostics }: FlashPlan): void {
  if (diagnostics.length > 0) throw new CommandFailure(diagnostics);
}

function strangersProgram({ seen }: BootloaderState, board: BoardSectors, { project, session }: Job): Diagnostic {
  const { bootloader, flash: unit } = project.layout;
  const sectors = bootloader.sectors.map((index) => unit.sectors[index]);
  const used = sectors.reduce(
    (sum, { start }) => sum + (board.get(start)?.filter((byte) => byte !== unit.erasedByte).length ?? 0),
    0,
  );
  const range = { start: sectors[0].start, end: sectors[sectors.length - 1].end };
  const save = session.tool
    .read(session.target, range, 'saved.bin')
    .map((word) => (word.includes(' ') ? `"${word}"` : word));
  return {
    code: 'FLS013',
    severity: 'error',
    what: `the board ${seen}`,
    got: `${formatSize(used)} that are not erased in ${formatRange(range)}`,
    why: "they would be lost: the vendor's program, another bootloader or another project, which Kickstage cannot bring back",
    fix: `save them if they are needed (${save.join(' ')}), then flash again with --yes`,
  };
}

async function verify({ context, session }: Job, plan: FlashPlan): Promise<void> {
  const { tool, target } = session;
  if (!tool.reads) {
    context.output.diagnostics([
      { code: 'FLS020', severity: 'warning', what: 'nothing was verified', why: `${tool.name} cannot read the board` },
    ]);
    return;
  }
  const written = plan.sectors.filter(({ action }) => action === 'write');
  const board = await session.read(
    written.map(({ sector }) => sector),
    'verify',
  );
  const difference = compareSectors(written, board, tool, target);
  if (difference) throw flashFailure(difference);
}

function recordBootloader({ project, images }: Job): void {
  const image = images.find(({ name }) => name === project.layout.bootloader.name);
  if (image) recordFlashed(project, knownBootloader(image.bytes));
}

async function finish({ context, session }: Job, plan: FlashPlan): Promise<void> {
  const { output } = context;
  const { tool } = session;
  const started = tool.name === 'uf2' || (await session.reset());
  if (!started)
    output.diagnostics([
      {
        code: 'FLS021',
        severity: 'warning',
        what: 'the program was not started',
        got: `${tool.name} could not reset the board`,
        fix: 'press reset (NRST)',
      },
    ]);
  const bytes = plan.pieces.reduce((sum, { size }) => sum + size, 0);
  const written = plan.pieces.map(({ label, start, size, sectors }) => ({ region: label, start, size, sectors }));
  const skipped = plan.sectors.filter(({ action }) => action === 'skip').map(({ sector }) => sector.index);
  const verified = tool.reads ? ' and verified' : '';
  output.line(
    plan.pieces.length === 0
      ? 'the board holds all of it already; nothing was written'
      : `${formatSize(bytes)} written${verified}${skipped.length > 0 ? `, ${skipped.length} sectors unchanged` : ''}`,
  );
  output.object({ event: 'flashed', written, skipped, verified: tool.reads, started });
}
