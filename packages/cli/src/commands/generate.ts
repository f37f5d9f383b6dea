/** `kickstage generate`: the Layout as files for other tools and languages. */
import { resolve } from 'node:path';
import { type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import type { Board } from '@kickstage/chips/board';
import type { GeneratorFacts } from '@kickstage/toolchain/generate/generated-file';
import { GENERATORS, type Generator } from '@kickstage/toolchain/generate/generators';
import type { Command } from 'commander';
import {
  type CommandContext,
  CommandFailure,
  type CommonOptions,
  contextOf,
  withCommonOptions,
} from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { type ComparedFile, compareFile, foreignFile, staleness, writeCompared } from '../generated-files.ts';
import { loadProject } from '../project.ts';

interface GenerateOptions extends CommonOptions {
  readonly check?: boolean;
  readonly force?: boolean;
  readonly out?: string;
}

export function addGenerateCommand(program: Command): void {
  withCommonOptions(program.command('generate'))
    .description('write files for other tools and languages: linker scripts, headers, debugger set-ups')
    .argument('[kind...]', 'which files (default: all kinds)')
    .option('--check', 'write nothing; exit 1 when a file is missing or stale')
    .option('--force', 'replace files that Kickstage did not make')
    .option('--out <dir>', "folder in which the files' paths begin (default: the config's)")
    .addHelpText('after', `\nKinds:\n${kindList()}`)
    .action(async (kinds: string[], options: GenerateOptions) => {
      const chosen = chooseGenerators(kinds);
      const context = contextOf(options);
      const { file, layout, chip } = await loadProject(context);
      const facts: GeneratorFacts = { chip, board: (file.value as { board: Board }).board };
      const folder = options.out === undefined ? file.folder : resolve(options.out);
      const compared = chosen.flatMap((generator) => {
        const missing = generator.missing?.(facts);
        if (missing !== undefined) context.output.diagnostics([missingFact(generator, missing)]);
        return missing === undefined ? generator.generate(layout, facts).map((made) => compareFile(folder, made)) : [];
      });
      if (options.check) check(compared, kinds.length > 0, context);
      else write(compared, kinds.length > 0, options.force === true, context);
    });
}

function kindList(): string {
  const width = Math.max(...GENERATORS.map(({ name }) => name.length));
  return GENERATORS.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`).join('\n');
}

function chooseGenerators(kinds: readonly string[]): readonly Generator[] {
  const names = GENERATORS.map(({ name }) => name);
  const unknown = kinds.filter((kind) => !names.includes(kind));
  if (unknown.length > 0) throw new CommandFailure(unknown.map((kind) => unknownKind(kind, names)));
  return kinds.length === 0 ? GENERATORS : GENERATORS.filter(({ name }) => kinds.includes(name));
}

function unknownKind(kind: string, names: readonly string[]): Diagnostic {
  const near = nearMiss(kind, names);
  return {
    code: 'CLI004',
    severity: 'error',
    what: `there is no kind of file \`${kind}\``,
    got: `the kinds are ${names.join(', ')}`,
    fix: near ? `did you mean ${near}?` : 'name one of them, or none for all',
  };
}

function missingFact({ name }: Generator, missing: string): Diagnostic {
  return {
    code: 'FIL004',
    severity: 'warning',
    what: `no files of the kind ${name} are made`,
    why: `the board does not say ${missing}`,
    fix: 'add it to the board or its chip in the config',
  };
}

function check(compared: readonly ComparedFile[], wereNamed: boolean, { output }: CommandContext): void {
  const diagnostics = compared.flatMap((file) =>
    file.state === 'foreign' ? [foreignFile(file, wereNamed)] : (staleness(file) ?? []),
  );
  if (hasErrors(diagnostics)) throw new CommandFailure(diagnostics, EXIT.program);
  output.diagnostics(diagnostics);
  const current = compared.filter(({ state }) => state === 'unchanged');
  output.line(`${current.length} ${current.length === 1 ? 'file is' : 'files are'} up to date`);
  output.object({ event: 'checked', files: current.map(({ path }) => path) });
}

function write(
  compared: readonly ComparedFile[],
  wereNamed: boolean,
  force: boolean,
  { output }: CommandContext,
): void {
  const foreign = force ? [] : compared.filter(({ state }) => state === 'foreign');
  const diagnostics = foreign.map((file) => foreignFile(file, wereNamed));
  if (hasErrors(diagnostics)) throw new CommandFailure(diagnostics);
  output.diagnostics(diagnostics);
  for (const file of compared.filter((each) => !foreign.includes(each))) {
    const status = file.state === 'unchanged' ? 'unchanged' : 'written';
    if (status === 'written') writeCompared(file);
    output.line(`${status.padEnd('unchanged'.length)}  ${file.shown}`);
    output.object({ event: 'file', path: file.path, status });
  }
}
