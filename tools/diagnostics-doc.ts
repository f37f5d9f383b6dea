/**
 * docs/diagnostics.md and the examples that `kickstage explain` shows, as texts. Explanations come from the packages'
 * catalogues; an example is a diagnostic as a golden fixture has it, word for word.
 */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

/** A golden file: the diagnostics of one input, separated by empty lines. */
export interface Golden {
  readonly name: string;
  readonly text: string;
}

/** What the letters of a code stand for, in the words of the page. */
const GROUPS: Readonly<Record<string, string>> = {
  MAP: 'The config and the memory map',
  ASC: 'Firmware source',
  WASM: 'WebAssembly modules',
  GEN: 'Code generation',
  LNK: 'Linking and image files',
  ELF: 'ELF files',
  IMG: 'Images',
  KEY: 'Keys that sign images',
  EMU: 'The virtual board',
  EXE: 'Running a WebAssembly module',
  FIL: 'Generated files',
  FLS: 'Flashing a board',
  CLI: 'The command line',
};

/**
 * One example for each code that a golden file has: from the file with the fewest kinds of diagnostics, then the fewest
 * diagnostics, then the first by name.
 */
export function chooseExamples(goldens: readonly Golden[]): ReadonlyMap<string, string> {
  const files = goldens.map(({ name, text }) => {
    const diagnostics = text.trim().split('\n\n');
    return { name, diagnostics, kinds: new Set(diagnostics.map(codeOf)).size };
  });
  files.sort((a, b) => a.kinds - b.kinds || a.diagnostics.length - b.diagnostics.length || (a.name < b.name ? -1 : 1));
  const examples = new Map<string, string>();
  for (const diagnostic of files.flatMap(({ diagnostics }) => diagnostics)) {
    const code = codeOf(diagnostic);
    if (code !== undefined && !examples.has(code)) examples.set(code, diagnostic);
  }
  return new Map([...examples].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const codeOf = (diagnostic: string) => /^(?:error|warning) (\w+):/.exec(diagnostic)?.[1];

/** The page: codes in the order of the catalogue, in groups by their letters. */
export function printDocument(codes: readonly CodeExplanation[], examples: ReadonlyMap<string, string>): string {
  const parts = [
    '# Diagnostics',
    'What Kickstage says about its input, by code. `kickstage explain CODE` prints the same in the terminal.',
    'This page is made by `npm run docs` from the catalogues of the packages; change the texts there.',
  ];
  let group = '';
  for (const explanation of codes) {
    const letters = explanation.code.replace(/\d+$/, '');
    if (letters !== group) parts.push(`## ${letters}: ${GROUPS[letters] ?? 'others'}`);
    group = letters;
    parts.push(...printCode(explanation, examples.get(explanation.code)));
  }
  return `${parts.join('\n\n')}\n`;
}

function printCode({ code, title, text }: CodeExplanation, example: string | undefined): string[] {
  return [
    `### ${code}: ${escapeMarkdown(title)}`,
    ...text.split(/\n{2,}/).map(printParagraph),
    ...(example === undefined ? [] : [fenced(example)]),
  ];
}

/** Lines that are indented by two are code; a paragraph may hold both. */
function printParagraph(paragraph: string): string {
  const runs: { isCode: boolean; lines: string[] }[] = [];
  for (const line of paragraph.split('\n')) {
    const isCode = line.startsWith('  ');
    const last = runs[runs.length - 1];
    if (last?.isCode === isCode) last.lines.push(line);
    else runs.push({ isCode, lines: [line] });
  }
  return runs
    .map(({ isCode, lines }) =>
      isCode ? fenced(lines.map((line) => line.slice(2)).join('\n')) : escapeMarkdown(lines.join('\n')),
    )
    .join('\n\n');
}

const fenced = (text: string) => `\`\`\`\n${text}\n\`\`\``;

/** Plain text as Markdown; what stands between backquotes is code and stays. */
function escapeMarkdown(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/[*<\\[\]]|(?<!\w)_|_(?!\w)/g, '\\$&')))
    .join('');
}

/** The examples as a module of the command line. */
export function printExamples(examples: ReadonlyMap<string, string>): string {
  const entries = [...examples].map(([code, text]) => {
    const escaped = text.replace(/[\\`]|\$\{/g, '\\$&');
    return `  ${code}: \`${escaped}\`,\n`;
  });
  return `/** An example of each diagnostic that a golden fixture has. Made by \`npm run docs\`; not written by hand. */
export const EXAMPLES: Readonly<Record<string, string>> = {
${entries.join('')}};
`;
}
