/** The virtual board with a debugger: its runs end at breakpoints, and can be single steps. */
import { DebugPort, type DebugStop } from '@kickstage/emulator/debug/debug-port';
import type { StopInfo } from '@kickstage/testbench/test-board';
import { VirtualBoard, type VirtualBoardOptions } from '../virtual-board.ts';

export class DebuggedBoard extends VirtualBoard {
  readonly port: DebugPort;
  /** Whether a run is one instruction. */
  steps = false;
  private stop: DebugStop | undefined;

  constructor(options: VirtualBoardOptions) {
    super(options);
    this.port = new DebugPort(this.chip.machine);
  }

  override runUntil(seconds: number): StopInfo {
    const stop = this.steps ? this.port.stepUntil(seconds) : this.port.runUntil(seconds);
    if (stop.reason === 'time') return { reason: 'time' };
    this.stop = stop;
    return { reason: 'halt' };
  }

  /** Why the last run ended before its time; undefined where it did not. */
  takeStop(): DebugStop | undefined {
    const { stop } = this;
    this.stop = undefined;
    return stop;
  }
}
