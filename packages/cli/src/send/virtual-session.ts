/** A transfer to the virtual board: power on, send, and see what becomes of it. All of it in virtual time. */
import { dirname, join, resolve } from 'node:path';
import { locate } from '@kickstage/memory-map/locate';
import type { RunEvent } from '@kickstage/testbench/events';
import { Scenario } from '@kickstage/testbench/scenario';
import { VirtualLine } from '@kickstage/testbench/virtual-line';
import type { Line } from '@kickstage/toolchain/transfer/send';
import type { CommandContext } from '../command-context.ts';
import { eventText } from '../event-text.ts';
import { buildFirmware, loadProject, type Project, writeBuild } from '../project.ts';
import { requireMachine, VirtualBoard } from '../virtual-board.ts';
import { loadKept, saveKept } from './kept-flash.ts';
import { journalLines, knownImages, printSlots, slotContents } from './slots.ts';

/** An app says what it is within this time after power-on, in seconds. */
const START_SECONDS = 0.2;

export class VirtualSession {
  readonly line: Line;
  private readonly context: CommandContext;
  private readonly project: Project;
  private readonly board: VirtualBoard;
  private readonly scenario: Scenario;
  private readonly folders: readonly string[];
  private readonly keep: string | undefined;
  private readonly flash = { erases: 0, programmed: 0 };
  /** While frames are on the line, its bytes are no text. */
  private isSending = false;

  private constructor(
    context: CommandContext,
    project: Project,
    board: VirtualBoard,
    keep: string | undefined,
    files: readonly string[],
  ) {
    const { layout } = project;
    this.context = context;
    this.project = project;
    this.board = board;
    this.keep = keep;
    this.folders = [...files, ...(keep === undefined ? [] : [keep])].map((file) => dirname(resolve(context.cwd, file)));
    this.scenario = new Scenario({ board, layout, presses: [], onEvent: (event) => this.tell(event) });
    const port = layout.board.console?.port ?? 'USART2';
    this.line = new VirtualLine(
      {
        receive: board.chip.receive,
        listen: (listener) => board.listen(listener),
        advance: (seconds) => this.scenario.advance(board.seconds() + seconds) === undefined,
      },
      port,
    );
  }

  /** The board of the project, as new or as `keep` has it; `files` lie where known images are. */
  static async open(
    context: CommandContext,
    keep: string | undefined,
    files: readonly string[],
  ): Promise<VirtualSession> {
    const project = await loadProject(context);
    const { layout, file } = project;
    const at = locate(file.value, { file: file.shown, text: file.text }, 'board');
    const machine = requireMachine(layout.board, at);
    const externalFlash = layout.memories.find((memory) => memory.kind === 'external-flash');
    const board = new VirtualBoard({ machine, board: layout.board, externalFlash, seed: 1 });
    if (keep === undefined || !loadKept(board, layout, context.cwd, keep)) {
      const build = await buildFirmware(project, context);
      writeBuild(project, build, undefined);
      for (const { address, bytes } of build.flash) board.load(address, bytes);
    }
    return new VirtualSession(context, project, board, keep, files);
  }

  /** Power comes; the app that starts says what it says. */
  powerOn(): void {
    this.showSlots('before');
    this.board.powerOn();
    this.run(START_SECONDS);
  }

  beginSending(): void {
    this.isSending = true;
  }

  endSending(): void {
    this.isSending = false;
  }

  /** Runs on for so many virtual seconds. */
  run(seconds: number): void {
    this.scenario.advance(this.board.seconds() + seconds);
  }

  /** What there is now; the flash is kept. */
  finish(): void {
    this.showSlots('after');
    const { output, cwd } = this.context;
    output.line(`  flash: ${this.flash.erases} erases, ${this.flash.programmed} bytes programmed`);
    output.object({ event: 'flash-work', ...this.flash });
    if (this.keep !== undefined) saveKept(this.board, this.project.layout, cwd, this.keep);
  }

  private showSlots(when: 'before' | 'after'): void {
    const { layout, file } = this.project;
    const known = knownImages([...this.folders, join(file.folder, 'build')]);
    const contents = slotContents(layout, this.board, known);
    printSlots(this.context.output, when, contents, journalLines(layout, this.board));
  }

  private tell(event: RunEvent): void {
    if (event.event === 'flash') {
      if (event.op === 'erase') this.flash.erases++;
      else if (event.op === 'program') this.flash.programmed += event.size;
      return;
    }
    if (event.event === 'pin' || (event.event === 'uart' && this.isSending)) return;
    this.context.output.object(event);
    this.context.output.line(eventText(event, this.context.output.colors));
  }
}
