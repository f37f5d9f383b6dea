/**
 * What the commands print. The result goes to stdout, progress and diagnostics to stderr. With `--json` everything is
 * one JSON object a line on stdout, errors too, so that a program need read one stream only.
 */
import { type Diagnostic, formatPlace } from '@kickstage/base/diagnostic';
import pc from 'picocolors';

export interface OutputOptions {
  readonly json: boolean;
  readonly color: boolean;
}

type Colors = ReturnType<typeof pc.createColors>;

export class Output {
  readonly json: boolean;
  readonly colors: Colors;

  constructor(options: OutputOptions) {
    this.json = options.json;
    this.colors = pc.createColors(options.color && !options.json);
  }

  /** A line of the result, for people only. */
  line(text = ''): void {
    if (!this.json) process.stdout.write(`${text}\n`);
  }

  /** A result that is a text of its own, as a file would hold it; for people only. */
  text(whole: string): void {
    if (!this.json) process.stdout.write(whole);
  }

  /** An object of the result, for programs only. */
  object(value: object): void {
    if (this.json) process.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** What is going on, for people only. */
  progress(text: string): void {
    if (!this.json) process.stderr.write(`${this.colors.dim(text)}\n`);
  }

  diagnostics(list: readonly Diagnostic[]): void {
    for (const d of list) {
      if (this.json) this.object({ event: 'diagnostic', ...d });
      else process.stderr.write(`${this.render(d)}\n\n`);
    }
  }

  private render(d: Diagnostic): string {
    const c = this.colors;
    const head = d.severity === 'error' ? c.red : c.yellow;
    const lines = [`${head(c.bold(`${d.severity} ${d.code}`))}: ${c.bold(d.what)}`];
    if (d.at) lines.push(`  ${c.dim('at')}   ${formatPlace(d.at)}`);
    if (d.got) lines.push(`  ${c.dim('got')}  ${d.got}`);
    if (d.why) lines.push(`  ${c.dim('why')}  ${d.why}`);
    if (d.fix) lines.push(`  ${c.dim('fix')}  ${d.fix}`);
    for (const note of d.notes ?? []) {
      lines.push(`  ${c.dim('note')} ${note.text}${note.at ? ` at ${formatPlace(note.at)}` : ''}`);
    }
    return lines.join('\n');
  }
}
