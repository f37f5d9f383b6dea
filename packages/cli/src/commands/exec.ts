/** `kickstage exec`: runs functions of a WebAssembly module, compiled to machine code, on a bare virtual processor. */
import { createInterface } from 'node:readline';
import { type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import type { LinearMemory } from '@kickstage/codegen/frontend/input';
import type { FloatMode } from '@kickstage/codegen/runtime/float/calls';
import { type Answer, Batch } from '@kickstage/toolchain/exec/batch';
import { describeModule, functionText } from '@kickstage/toolchain/exec/describe';
import type { Instance, Outcome } from '@kickstage/toolchain/exec/instance';
import { instantiate } from '@kickstage/toolchain/exec/instantiate';
import { makeStubs } from '@kickstage/toolchain/exec/stubs';
import { parseArgument, printValue, type WasmValue } from '@kickstage/toolchain/exec/values';
import type { Command } from 'commander';
import {
  type CommandContext,
  CommandFailure,
  type CommonOptions,
  contextOf,
  withCommonOptions,
} from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInput } from '../read-input.ts';

interface ExecOptions extends CommonOptions {
  readonly invoke?: readonly string[];
  readonly memory?: string;
  readonly import?: readonly string[];
  readonly limit?: string;
  readonly floats?: string;
  readonly batch?: boolean;
}

const collect = (value: string, list: readonly string[] = []) => [...list, value];

export function addExecCommand(program: Command): void {
  withCommonOptions(program.command('exec'))
    .description('run functions of a WebAssembly module as machine code; without --invoke, list what it exports')
    .argument('[module]', 'a .wasm file')
    .option('--invoke <name-and-args...>', 'call this function with these arguments: numbers, or type:bits')
    .option('--memory <kind>', 'sandboxed, or identity as in firmware', 'sandboxed')
    .option('--import <import>', 'MODULE.NAME:TYPE, a function that tells its arguments (repeatable)', collect)
    .option('--limit <number>', 'instructions that a call may take (default: 2000000000)')
    .option('--floats <how>', 'fpu: f32 in the floating-point unit; soft: all floats by routines', 'fpu')
    .option('--batch', 'answer requests from standard input, one JSON object a line')
    .action(async (module: string | undefined, options: ExecOptions) => {
      const context = contextOf(options);
      const settings = readSettings(options);
      if (options.batch) return runBatch(context, settings);
      if (module === undefined) throw new CommandFailure([usage('which module?', 'kickstage exec MODULE.wasm')]);
      const wasm = readInput(context.cwd, module);
      if (options.invoke === undefined) return listExports(context, module, wasm);
      const [name, ...args] = options.invoke;
      process.exitCode = runOne(context, settings, { module, wasm, name, args });
    });
}

interface Settings {
  readonly memory: LinearMemory;
  readonly imports: readonly string[];
  readonly limit?: number;
  readonly floats: FloatMode;
}

function readSettings({ memory, import: imports = [], limit, floats }: ExecOptions): Settings {
  if (memory !== 'sandboxed' && memory !== 'identity')
    throw new CommandFailure([usage(`--memory ${memory}: there is no such kind`, '--memory sandboxed or identity')]);
  if (limit !== undefined && !/^[1-9]\d{0,14}$/.test(limit))
    throw new CommandFailure([usage(`--limit ${limit}: no number of instructions`, '--limit 1000000')]);
  if (floats !== 'fpu' && floats !== 'soft')
    throw new CommandFailure([usage(`--floats ${floats}: there is no such way`, '--floats fpu or soft')]);
  return { memory, imports, floats, ...(limit === undefined ? {} : { limit: Number(limit) }) };
}

const usage = (what: string, fix: string): Diagnostic => ({ code: 'CLI004', severity: 'error', what, fix });

function listExports({ output }: CommandContext, name: string, wasm: Uint8Array): void {
  const { value, diagnostics } = describeModule(wasm, name);
  if (!value) throw new CommandFailure(diagnostics, EXIT.program);
  for (const [event, parts] of [
    ['export', value.exports],
    ['import', value.imports],
  ] as const) {
    for (const part of parts) {
      output.line(`${event}  ${part.kind.padEnd(8)}  ${part.name}  ${part.type}`);
      output.object({ event, ...part });
    }
  }
}

interface Invocation {
  readonly module: string;
  readonly wasm: Uint8Array;
  readonly name: string;
  readonly args: readonly string[];
}

function runOne(context: CommandContext, settings: Settings, { module, wasm, name, args }: Invocation): ExitCode {
  const { output } = context;
  const stubs = makeStubs(settings.imports, (call) => {
    output.line(`${call.import}(${call.args.join(', ')})`);
    output.object({ event: 'call', ...call });
  });
  if (hasErrors(stubs.diagnostics)) throw new CommandFailure(stubs.diagnostics);
  const { functions, globals } = stubs;
  const result = instantiate(wasm, { name: module, ...settings, functions, globals });
  if ('diagnostics' in result) throw new CommandFailure(result.diagnostics, EXIT.program);
  return tell(context, 'trap' in result ? result : invoke(result.instance, name, args));
}

function invoke(instance: Instance, name: string, texts: readonly string[]): Outcome {
  const type = instance.functions.get(name)?.type;
  const args = texts.map((text, i) => parseArgument(text, type?.params[i] ?? 'i32'));
  const wrong = args.indexOf(undefined);
  if (wrong < 0) return instance.invoke(name, args as WasmValue[]);
  throw new CommandFailure([
    {
      code: 'EXE002',
      severity: 'error',
      what: `argument ${wrong + 1} of \`${name}\` is no value`,
      got: texts[wrong],
      ...(type ? { why: `its type is ${functionText(type)}` } : {}),
      fix: 'write a number, or type:bits such as f64:4607182418800017408',
    },
  ]);
}

function tell({ output }: CommandContext, outcome: Outcome): ExitCode {
  if ('error' in outcome) throw new CommandFailure([outcome.error], EXIT.program);
  if ('trap' in outcome) {
    output.line(`trap: ${outcome.trap}`);
    output.object({ event: 'result', ok: false, trap: outcome.trap });
    return EXIT.program;
  }
  const values = outcome.values.map(printValue);
  if (values.length > 0) output.line(values.join(' '));
  output.object({ event: 'result', ok: true, values });
  return EXIT.ok;
}

/** One answer for each line, whatever the line is. */
async function runBatch({ cwd }: CommandContext, settings: Settings): Promise<void> {
  const batch = new Batch({ ...settings, read: (path) => readModule(cwd, path) });
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') process.stdout.write(`${JSON.stringify(answer(batch, line))}\n`);
  }
}

function readModule(cwd: string, path: string): Uint8Array | Diagnostic {
  try {
    return readInput(cwd, path);
  } catch (error) {
    if (error instanceof CommandFailure) return error.diagnostics[0];
    throw error;
  }
}

/** A fault of our own ends one request, not the conversation. */
function answer(batch: Batch, line: string): Answer {
  try {
    return batch.answer(line);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return { ok: false, error: { code: 'CLI999', severity: 'error', what, why: 'this is a bug in Kickstage' } };
  }
}
