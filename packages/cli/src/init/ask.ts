/** Asks in the terminal what the command line does not say. An empty answer is the default; a wrong one is asked again. */
import { createInterface } from 'node:readline/promises';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { CommandFailure } from '../command-context.ts';
import { type Answers, checkAnswer, DEFAULTS, QUESTIONS, type Question } from './answers.ts';
import { BOARD_CHOICES, runsVirtually } from './boards.ts';

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** The given answers and those of the user. Ctrl-C or Ctrl-D ends the command. */
export async function askAnswers(given: Answers, { input, output }: Terminal): Promise<Required<Answers>> {
  const reader = createInterface({ input, output });
  // The iterator keeps lines that come before their question; `question` would lose them.
  const lines = reader[Symbol.asyncIterator]();
  let closed = false;
  reader.once('close', () => {
    closed = true;
  });
  const ask = async (prompt: string): Promise<string> => {
    // Lines may be left after the end of the input, and since Node 24 a closed reader throws when it shall prompt.
    if (closed) output.write(prompt);
    else {
      reader.setPrompt(prompt);
      reader.prompt();
    }
    const { value, done } = await lines.next();
    if (done) {
      output.write('\n');
      throw new CommandFailure([UNANSWERED]);
    }
    return value.trim();
  };
  const answers = { ...DEFAULTS, ...given };
  try {
    for (const question of QUESTIONS.filter((each) => given[each] === undefined)) {
      output.write(INTRODUCTIONS[question]());
      answers[question] = await askOne(question, ask, output);
    }
  } finally {
    reader.close();
  }
  return answers;
}

async function askOne(
  question: Question,
  ask: (prompt: string) => Promise<string>,
  output: NodeJS.WritableStream,
): Promise<string> {
  while (true) {
    const line = await ask(`${PROMPTS[question]} [${DEFAULTS[question]}]: `);
    const answer = line === '' ? DEFAULTS[question] : meant(question, line);
    const diagnostics = checkAnswer(question, answer);
    if (diagnostics.length === 0) return answer;
    for (const { what, why, fix } of diagnostics) {
      output.write(`  ${what}${why ? `: ${why}` : ''}${fix ? `; ${fix}` : ''}\n`);
    }
  }
}

const PROMPTS: Readonly<Record<Question, string>> = {
  board: 'Board, by name or number',
  apps: 'Names of the apps',
  mailbox: 'Mailbox',
};

const INTRODUCTIONS: Readonly<Record<Question, () => string>> = {
  board: () => `${BOARD_CHOICES.map(boardLine).join('\n')}\n`,
  apps: () => '\n',
  mailbox: () => `
  record      guarded by a CRC; apps are named by number
  magic-word  one word for each app, for apps that have such words already
`,
};

function boardLine(choice: (typeof BOARD_CHOICES)[number], index: number): string {
  const { name, chip } = choice.board;
  const width = Math.max(...BOARD_CHOICES.map(({ board }) => board.name.length));
  const number = String(index + 1).padStart(3);
  return `${number}  ${name.padEnd(width)}  ${chip.name}${runsVirtually(choice) ? ', also as virtual board' : ''}`;
}

/** A board may be named by its number in the list. */
function meant(question: Question, line: string): string {
  if (question !== 'board' || !/^\d+$/.test(line)) return line;
  return BOARD_CHOICES[Number(line) - 1]?.board.name ?? line;
}

const UNANSWERED: Diagnostic = {
  code: 'CLI024',
  severity: 'error',
  what: 'the questions were not answered',
  why: 'nothing was written',
  fix: 'answer them, or take the defaults with --yes',
};
