/**
 * The numeric cases of the WebAssembly specification's own tests through `kickstage exec --batch`, as another program would
 * run them: a module with a function for each operator, one request a case.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleWat } from '@kickstage/codegen/testing/v8-harness';
import { OPCODES_BY_NAME } from '@kickstage/wasm/opcodes';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from '../cli/run-cli.ts';
import { type BatchAnswer, converse } from './batch-session.ts';
import { countsByType, failures, type NumericCase, parseCases } from './numeric-cases.ts';

const FIXTURES = ['spec-integers.tsv', 'spec-floats.tsv'].map((name) => join(ROOT, 'packages/codegen/fixtures', name));
/** The list that the fixtures were made of; it lies beside the repository, where it is at all. */
const LIST = join(ROOT, '../shared/wasm-spec/numeric.tsv');

const cases: NumericCase[] = FIXTURES.flatMap((path) => parseCases(readFileSync(path, 'utf8')));
const folder = mkdtempSync(join(tmpdir(), 'kickstage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function operatorFunction(op: string): string {
  const { params, results } = OPCODES_BY_NAME.get(op)!.signature!;
  const gets = params.map((_, i) => `(local.get ${i})`).join(' ');
  return `(func (export "${op}") (param ${params.join(' ')}) (result ${results[0]}) (${op} ${gets}))`;
}

async function answersFor(memory: string): Promise<BatchAnswer[]> {
  const operators = [...new Set(cases.map(({ op }) => op))];
  writeFileSync(join(folder, 'numeric.wasm'), assembleWat(`(module ${operators.map(operatorFunction).join('\n')})`));
  const invocations = cases.map(({ op, args }) => ({ invoke: op, args }));
  const [loaded, ...answers] = await converse(folder, [{ module: 'numeric.wasm' }, ...invocations], '--memory', memory);
  expect(loaded).toEqual({ ok: true, values: [] });
  return answers;
}

describe(`${cases.length} numeric cases (${countsByType(cases)})`, () => {
  test.each(['sandboxed', 'identity'])('exec --batch --memory %s', async (memory) => {
    const answers = await answersFor(memory);
    expect(failures(cases, answers)).toEqual([]);
  });
});

const isThere = existsSync(LIST);
test.skipIf(!isThere)(`${isThere ? '' : 'list missing: '}../shared/wasm-spec/numeric.tsv has the same cases`, () => {
  const textOf = ({ op, args, wanted }: NumericCase) => `${op} ${args.join(' ')} ${wanted}`;
  const listed = parseCases(readFileSync(LIST, 'utf8'));
  expect(cases.map(textOf).sort()).toEqual(listed.map(textOf).sort());
});
