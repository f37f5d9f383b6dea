/** `kickstage explain CODE`: background of a diagnostic. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import type { Command } from 'commander';
import { ALL_CODES } from '../all-codes.ts';
import { CommandFailure, type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import { EXAMPLES } from '../diagnostic-examples.ts';
import type { Output } from '../output.ts';

export function addExplainCommand(program: Command): void {
  withCommonOptions(program.command('explain'))
    .description('explain a diagnostic code; without one, list them all')
    .argument('[code]', 'a code as a diagnostic prints it: MAP003')
    .action((code: string | undefined, options: CommonOptions) => {
      const { output } = contextOf(options);
      if (code === undefined) list(output);
      else explain(output, code.toUpperCase());
    });
}

function list(output: Output): void {
  for (const { code, title } of ALL_CODES) {
    output.line(`${code}  ${title}`);
    output.object({ event: 'code', code, title });
  }
}

function explain(output: Output, code: string): void {
  const found = ALL_CODES.find((entry) => entry.code === code);
  if (!found) throw new CommandFailure([unknownCode(code, ALL_CODES)]);
  output.line(output.colors.bold(`${found.code}: ${found.title}`));
  output.line();
  output.line(found.text);
  const example = EXAMPLES[code];
  if (example !== undefined) {
    output.line();
    output.line('For example:');
    output.line();
    for (const line of example.split('\n')) output.line(`  ${line}`);
  }
  output.object({ event: 'explanation', ...found, ...(example === undefined ? {} : { example }) });
}

function unknownCode(code: string, codes: readonly CodeExplanation[]) {
  const near = nearMiss(
    code,
    codes.map((entry) => entry.code),
  );
  return {
    code: 'CLI007',
    severity: 'error',
    what: `there is no diagnostic ${code}`,
    fix: near ? `did you mean ${near}? \`kickstage explain\` lists all` : '`kickstage explain` lists all',
  } as const;
}
