/**
 * Progress of one region at a time: a line that is drawn over itself on a terminal, one line a phase elsewhere, an event a
 * step with --json. Erasing tells no percent, and a sector of 128 KiB takes a second or two: so the line says what it does
 * and for how long.
 */
import type { ToolProgress } from '@kickstage/toolchain/flash/tool';
import type { Output } from '../output.ts';

const WORDS: Readonly<Record<ToolProgress['phase'], string>> = {
  erase: 'erasing',
  write: 'writing',
  read: 'reading',
  verify: 'verifying',
};

export class ProgressLine {
  private readonly output: Output;
  private readonly draws: boolean;
  private last = '';

  constructor(output: Output, draws = process.stderr.isTTY === true) {
    this.output = output;
    this.draws = draws && !output.json;
  }

  /** `region`: `app1`; `detail`: `1760 bytes at 0x0802_0000`. */
  show(region: string, detail: string, { phase, percent }: ToolProgress): void {
    const key = `${region} ${phase} ${this.draws || this.output.json ? percent : ''}`;
    if (key === this.last) return;
    this.last = key;
    this.output.object({ event: 'progress', region, phase, ...(percent === undefined ? {} : { percent }) });
    const text = `${region.padEnd(12)} ${WORDS[phase].padEnd(9)} ${detail}`;
    if (!this.draws) this.output.progress(text);
    else process.stderr.write(`\r\x1b[K${text}${percent === undefined ? '' : ` ${String(percent).padStart(3)}%`}`);
  }

  /** Leaves the line, so that others can be printed. */
  end(): void {
    if (this.draws && this.last !== '') process.stderr.write('\r\x1b[K');
    this.last = '';
  }
}
