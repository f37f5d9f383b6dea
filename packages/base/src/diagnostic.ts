/**
 * Diagnostics: what the user's input has wrong. Functions that check input collect all of them and return them beside
 * the value; they throw none. A diagnostic says what is wrong, where, what was found, why it matters and how to mend it.
 *
 * Codes are a package's letters and three digits (`MAP012`). Each package lists its codes in one catalogue file,
 * `explain CODE` prints the catalogue's text, and each code has a test that provokes it.
 */

export type Severity = 'error' | 'warning';

/** A place in the input. A plain file place has line and column from 1; `path` names a config key such as `apps.app1.at`. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
}

/** A further place that belongs to the diagnostic (the other side of a clash), with what is to be seen there. */
export interface Note {
  readonly text: string;
  readonly at?: Place;
}

export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  /** One sentence, no full stop: what is wrong. */
  readonly what: string;
  readonly at?: Place;
  /** What was found. */
  readonly got?: string;
  /** Why that is wrong. */
  readonly why?: string;
  /** What to do, in the words of the door the user came through. */
  readonly fix?: string;
  readonly notes?: readonly Note[];
}

/** A value together with what is wrong with its input. `value` is absent when an error made it impossible. */
export interface Checked<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a catalogue holds for one code: `explain CODE` prints it. */
export interface CodeExplanation {
  readonly code: string;
  readonly title: string;
  /** Background, causes and an example: plain text, paragraphs separated by blank lines. */
  readonly text: string;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error');
}

/** `file:line:column`, as much of it as is known, with the config path behind it. */
export function formatPlace(place: Place): string {
  let position = place.file ?? '';
  if (place.line !== undefined) position += `:${place.line}`;
  if (place.line !== undefined && place.column !== undefined) position += `:${place.column}`;
  if (place.path === undefined) return position;
  return position === '' ? place.path : `${place.path} (${position})`;
}

/** The diagnostic as plain text: a headline and one indented line for each part that is present. */
export function renderDiagnostic(d: Diagnostic): string {
  const lines = [`${d.severity} ${d.code}: ${d.what}`];
  if (d.at) lines.push(`  at   ${formatPlace(d.at)}`);
  if (d.got) lines.push(`  got  ${d.got}`);
  if (d.why) lines.push(`  why  ${d.why}`);
  if (d.fix) lines.push(`  fix  ${d.fix}`);
  for (const note of d.notes ?? []) {
    lines.push(`  note ${note.text}${note.at ? ` at ${formatPlace(note.at)}` : ''}`);
  }
  return lines.join('\n');
}
