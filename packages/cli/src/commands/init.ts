/** `kickstage init`: makes a new project in a folder. */
import { relative, resolve } from 'node:path';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import type { Command } from 'commander';
import {
  type CommandContext,
  CommandFailure,
  type CommonOptions,
  contextOf,
  withCommonOptions,
} from '../command-context.ts';
import { type Answers, checkAnswer, DEFAULTS, QUESTIONS } from '../init/answers.ts';
import { askAnswers } from '../init/ask.ts';
import { BOARD_CHOICES } from '../init/boards.ts';
import { makePlan } from '../init/make-plan.ts';
import { findObstacles, findReadme, withoutReadme } from '../init/obstacles.ts';
import { placeFiles } from '../init/place-files.ts';
import { type ProjectFile, projectFiles } from '../init/project-files.ts';
import { MAILBOX_PROTOCOLS, type ProjectPlan } from '../init/project-plan.ts';
import { warnOfTrackedKeys } from '../keys/git.ts';

interface InitOptions extends CommonOptions, Answers {
  readonly name?: string;
  readonly yes?: boolean;
  readonly force?: boolean;
}

export function addInitCommand(program: Command): void {
  withCommonOptions(program.command('init'))
    .description('make a new project: config, bootloader, apps that blink')
    .argument('[dir]', 'folder, made if it is not there (default: this one)')
    .option('--board <name>', `the board (default: ${DEFAULTS.board})`)
    .option('--apps <names>', `names of the apps, with commas between (default: ${DEFAULTS.apps})`)
    .option('--name <name>', "name of the project's package (default: the folder's)")
    .option('--mailbox <protocol>', `${MAILBOX_PROTOCOLS.join(' or ')} (default: ${DEFAULTS.mailbox})`)
    .option('--yes', 'ask nothing; take the defaults')
    .option('--force', 'replace files that are there')
    .addHelpText('after', `\nBoards: ${BOARD_CHOICES.map(({ board }) => board.name).join(', ')}`)
    .action(async (dir: string | undefined, options: InitOptions) => {
      const context = contextOf(options);
      const folder = resolve(context.cwd, dir ?? '.');
      const { value: plan, diagnostics } = makePlan(await answersOf(options, context), folder, options.name);
      if (!plan) throw new CommandFailure(diagnostics);
      writeProject(plan, folder, options.force === true, context);
    });
}

/** The answers of the command line; the others are asked for where somebody can answer, else they are the defaults. */
async function answersOf(options: InitOptions, { output }: CommandContext): Promise<Required<Answers>> {
  const { board, apps, mailbox, yes } = options;
  const given: Answers = {
    ...(board === undefined ? {} : { board }),
    ...(apps === undefined ? {} : { apps }),
    ...(mailbox === undefined ? {} : { mailbox }),
  };
  const open = QUESTIONS.filter((question) => given[question] === undefined);
  const isTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true;
  if (open.length === 0) return { ...DEFAULTS, ...given };
  if (isTerminal && !yes && !output.json) {
    const wrong = QUESTIONS.flatMap((question) => checkAnswer(question, given[question] ?? DEFAULTS[question]));
    if (wrong.length > 0) throw new CommandFailure(wrong);
    return askAnswers(given, { input: process.stdin, output: process.stderr });
  }
  const taken = open.map((question) => `${question} ${DEFAULTS[question]}`).join(', ');
  output.progress(`${yes ? '' : 'no terminal to ask in; '}taking the defaults: ${taken}`);
  output.object({ event: 'defaults', ...Object.fromEntries(open.map((question) => [question, DEFAULTS[question]])) });
  return { ...DEFAULTS, ...given };
}

function writeProject(plan: ProjectPlan, folder: string, force: boolean, context: CommandContext): void {
  const readme = force ? undefined : findReadme(folder);
  const files = readme === undefined ? projectFiles(plan) : withoutReadme(projectFiles(plan));
  const obstacles = findObstacles(folder, files, force);
  if (obstacles.length > 0) throw new CommandFailure(obstacles);
  try {
    placeFiles(folder, files);
  } catch (error) {
    throw new CommandFailure([unwritable(folder, error)]);
  }
  if (!plan.runs) context.output.diagnostics([noVirtualBoard(plan)]);
  context.output.diagnostics(warnOfTrackedKeys(folder));
  tell({ plan, folder, files, readme }, context);
}

interface NewProject {
  readonly plan: ProjectPlan;
  readonly folder: string;
  readonly files: readonly ProjectFile[];
  /** The README that was there. */
  readonly readme: string | undefined;
}

function tell({ plan, folder, files, readme }: NewProject, { output }: CommandContext): void {
  const shown = relative(process.cwd(), folder);
  const next = [...(shown === '' ? [] : [`cd ${quoted(shown)}`]), 'npm install', 'npm start'];
  const board = plan.board.board.name;
  output.line(`${plan.name}: a new project for ${board}`);
  for (const { path } of files) output.line(`  ${path}`);
  if (readme !== undefined) output.line(`  ${readme} is yours and stays`);
  output.line();
  output.line('Next:');
  for (const command of next) output.line(`  ${command}`);
  output.object({
    event: 'created',
    folder: shown || '.',
    name: plan.name,
    board,
    apps: plan.apps.map(({ name }) => name),
    mailbox: plan.mailbox,
    files: files.map(({ path }) => path),
    kept: readme === undefined ? [] : [readme],
    next,
  });
}

/** As a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w./\\:@~+-]+$/.test(path) ? path : `"${path}"`;
}

function unwritable(folder: string, error: unknown): Diagnostic {
  return {
    code: 'CLI006',
    severity: 'error',
    what: `cannot write the project to ${folder}`,
    got: error instanceof Error ? error.message : String(error),
    why: 'what had been written was taken back',
    fix: 'make the folder writable, or name another one',
  };
}

function noVirtualBoard({ board: { board } }: ProjectPlan): Diagnostic {
  return {
    code: 'CLI025',
    severity: 'warning',
    what: 'the virtual board cannot run this project',
    why: `there is no virtual ${board.chip.name} yet`,
    fix: '`npm start` puts the project on a real board; `kickstage check`, `build` and `map` need none',
  };
}
