/** `kickstage run`: boots the firmware, or any ELF, on the virtual board. */
import { join, relative } from 'node:path';
import { formatAddress } from '@kickstage/base/hex';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import type { ChipFacts } from '@kickstage/chips/chip';
import { readElf } from '@kickstage/elf/read';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import type { LinkedImage } from '@kickstage/linker/link';
import type { Layout } from '@kickstage/memory-map/layout';
import { locate } from '@kickstage/memory-map/locate';
import type { AbortText } from '@kickstage/object/abort-text';
import type { RunEvent } from '@kickstage/testbench/events';
import { Scenario } from '@kickstage/testbench/scenario';
import type { Command } from 'commander';
import { withBuildOptions } from '../build-options.ts';
import { codeText, nameCode } from '../code-places.ts';
import {
  type CommandContext,
  CommandFailure,
  type CommonOptions,
  contextOf,
  withCommonOptions,
} from '../command-context.ts';
import { eventText } from '../event-text.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { FaultText } from '../fault-text.ts';
import { DebuggedBoard } from '../gdb/debugged-board.ts';
import { runDebugged } from '../gdb/run-debugged.ts';
import { applyEvent, initialState, runLive } from '../live-board.ts';
import { buildFirmware, loadProject, writeBuild } from '../project.ts';
import { readInput } from '../read-input.ts';
import { readImageOptions, requireApp } from '../run-images.ts';
import { type RawRunOptions, type RunOptions, readRunOptions } from '../run-options.ts';
import { loadKept, saveKept } from '../send/kept-flash.ts';
import { runWithSerial } from '../send/serial-server.ts';
import { requireMachine, VirtualBoard, type VirtualBoardOptions } from '../virtual-board.ts';

const collect = (value: string, list: readonly string[] = []) => [...list, value];

export function addRunCommand(program: Command): void {
  withBuildOptions(withCommonOptions(program.command('run')))
    .description('boot on the virtual board and tell what happens')
    .option('--for <time>', 'end after this virtual time (default: 3s)')
    .option('--press <pin@time>', 'press a button: PA0@3s, PA0@3s:200ms (repeatable)', collect)
    .option('--expect <text>', 'end well as soon as a UART says this')
    .option('--timeout <time>', 'virtual time to wait for it (default: 10s); then exit code 42')
    .option('--elf <file>', 'run this ELF instead of the project, on a Blackpill')
    .option('--image <app=file>', 'put this ELF into the slot of an app (repeatable)', collect)
    .option('--erase <app>', 'leave the slot of an app erased (repeatable)', collect)
    .option('--seed <number>', 'of the noise in RAM after power-on (default: 1)')
    .option('--keep <file>', 'the flash of the board, kept between commands; it is new where the file is not there')
    .option(
      '--serial [port]',
      'the console as 127.0.0.1:PORT (default: 3334; 0: any free port), at the speed of the clock',
    )
    .option('--live', 'draw the board and run at the speed of the clock')
    .option('--gdb [port]', 'wait for gdb on 127.0.0.1 (default: 3333; 0: any free port) and run as it says')
    .action(async (options: CommonOptions & RawRunOptions & { image?: string[]; erase?: string[] }) => {
      const context = contextOf(options);
      const { options: run, diagnostics } = readRunOptions(options);
      if (diagnostics.length > 0) throw new CommandFailure(diagnostics);
      process.exitCode =
        run.elf === undefined
          ? await runProject(context, run, options.image ?? [], options.erase ?? [])
          : await runElf(context, run, run.elf);
    });
}

async function runProject(
  context: CommandContext,
  run: RunOptions,
  images: readonly string[],
  erased: readonly string[],
): Promise<ExitCode> {
  const project = await loadProject(context);
  const { file } = project;
  const at = locate(file.value, { file: file.shown, text: file.text }, 'board');
  const machine = requireMachine(project.layout.board, at);
  const build = await buildFirmware(project, context, run.build);
  const folder = writeBuild(project, build, undefined);
  const { layout } = project;
  const foreign = readImageOptions(images, layout, context.cwd);
  for (const name of erased) foreign.set(requireApp(name, layout), []);
  const linked = build.images.map((image) => image.linked).filter(({ name }) => !foreign.has(name));
  const aborts = build.images.flatMap((image) => image.aborts);
  const describe = (pc: number) => codeText(nameCode(linked, pc));
  const externalFlash = layout.memories.find((memory) => memory.kind === 'external-flash');
  const board = makeBoard(run, { machine, board: layout.board, externalFlash, seed: run.seed, describe });
  for (const image of linked) board.load(image.image.slot.start, image.bytes);
  for (const segments of foreign.values()) for (const { address, bytes } of segments) board.load(address, bytes);
  if (run.keep !== undefined) loadKept(board, layout, context.cwd, run.keep);
  const files = build.images.map(({ linked: { name } }) => relative(context.cwd, join(folder, `${name}.elf`)));
  const code = await play(context, run, { board, layout, chip: project.chip, files, images: linked, aborts, describe });
  if (run.keep !== undefined) saveKept(board, layout, context.cwd, run.keep);
  return code;
}

const makeBoard = (run: RunOptions, options: VirtualBoardOptions) =>
  run.gdbPort === undefined ? new VirtualBoard(options) : new DebuggedBoard(options);

/** A foreign program: the board is a Blackpill, slots have no names. */
async function runElf(context: CommandContext, run: RunOptions, file: string): Promise<ExitCode> {
  const { value: elf, diagnostics } = readElf(readInput(context.cwd, file), file);
  if (!elf) throw new CommandFailure(diagnostics, EXIT.program);
  const board = makeBoard(run, { machine: createStm32f411, board: blackpill, seed: run.seed, semihosting: true });
  for (const { loadAddress, bytes } of elf.segments) {
    if (bytes.length === 0) continue;
    if (!board.chip.machine.readMemory(loadAddress, bytes.length))
      throw new CommandFailure([outside(file, loadAddress, bytes.length)], EXIT.program);
    board.load(loadAddress, bytes);
  }
  return play(context, run, { board, chip: blackpill.chip, files: [file], images: [], aborts: [] });
}

function outside(file: string, address: number, size: number) {
  return {
    code: 'ELF003',
    severity: 'error' as const,
    what: 'a segment of the ELF file lies outside the memory of the board',
    at: { file },
    got: `${size} bytes at ${formatAddress(address)}`,
    fix: 'link the program for the STM32F411: flash at 0x0800_0000 (512 KiB), RAM at 0x2000_0000 (128 KiB)',
  };
}

/** A board with its firmware in flash, and what is known of both. */
interface Loaded {
  readonly board: VirtualBoard;
  readonly chip: ChipFacts;
  /** Absent for a foreign program. */
  readonly layout?: Layout;
  /** ELF files with symbols. */
  readonly files: readonly string[];
  /** What was built, for places in the source. */
  readonly images: readonly LinkedImage[];
  readonly aborts: readonly AbortText[];
  readonly describe?: (pc: number) => string;
}

async function play(context: CommandContext, run: RunOptions, loaded: Loaded): Promise<ExitCode> {
  const { output } = context;
  const { board, layout, images, aborts } = loaded;
  const faults = new FaultText({ images, aborts, board });
  const isLive = run.live && layout !== undefined && !output.json && process.stdout.isTTY === true;
  const state = layout && initialState(layout);
  let status = 0;
  const onEvent = (event: RunEvent) => {
    if (event.event === 'end') status = event.status ?? 0;
    output.object({ ...event, ...faults.facts(event) });
    if (isLive && state) applyEvent(state, event, layout);
    else output.line(eventText(event, output.colors, faults));
  };
  const { presses, expect, timeout, duration } = run;
  const scenario = new Scenario({
    board,
    presses,
    onEvent,
    ...(layout ? { layout } : {}),
    dataEnds: new Map(images.map(({ name, linkerSymbols }) => [name, linkerSymbols.get('__bss_end')!])),
    ...(expect === undefined ? {} : { expect }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(duration === undefined ? {} : { duration }),
  });
  board.powerOn();
  if (run.gdbPort !== undefined && board instanceof DebuggedBoard) {
    await runDebugged({ ...loaded, board, scenario, output, port: run.gdbPort });
    return EXIT.ok;
  }
  if (run.serialPort !== undefined) {
    const port = layout?.board.console?.port ?? 'USART2';
    const onListening = (number: number) => {
      output.object({ t: board.seconds(), event: 'serial', port: number });
      output.progress(`the console is tcp:127.0.0.1:${number}`);
    };
    await runWithSerial({ board, scenario, port, tcpPort: run.serialPort, onListening });
  } else if (isLive && state) await runLive({ scenario, state, output, seconds: () => board.seconds() });
  else scenario.run();
  return exitCodeOf(scenario, expect !== undefined, status);
}

function exitCodeOf({ end }: Scenario, waited: boolean, status: number): ExitCode {
  if (end === 'error' || end === 'lockup' || (end === 'exit' && status !== 0)) return EXIT.program;
  if (end === 'timeout' || (waited && end !== 'expected')) return EXIT.timeout;
  return EXIT.ok;
}
