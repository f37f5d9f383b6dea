/** Results of campaigns as files: of parts, to be merged; of one that was stopped, to go on; of a failure, to be replayed. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CampaignResult, Checkpoint } from '@kickstage/testbench/powercut/campaign';
import type { Replay } from '@kickstage/testbench/powercut/emulated-replay';
import type { Counts } from '@kickstage/testbench/powercut/judge';
import type { CommandContext } from '../command-context.ts';
import { readInput } from '../read-input.ts';
import { writeFileAtomically } from '../write-file.ts';
import { type Settings, usage } from './settings.ts';

const FORMAT = 'kickstage-powercut';
const FAILURE_FILE = 'powercut-failure.json';

/** What makes two campaigns parts of one. */
export interface Origin {
  readonly app: string;
  readonly strategy: string;
  readonly chip: string;
  readonly seed: number;
  readonly secondCuts: number;
}

export interface ResultFile extends Origin, CampaignResult {
  readonly format: typeof FORMAT;
  readonly shard: { readonly index: number; readonly count: number };
}

interface CheckpointFile extends Origin {
  readonly format: typeof FORMAT;
  readonly shard: ResultFile['shard'];
  readonly checkpoint: Checkpoint;
}

const WHOLE = { index: 0, count: 1 };

export function originOf(app: string, strategy: string, chip: string, { seed, secondCuts }: Settings): Origin {
  return { app, strategy, chip, seed, secondCuts };
}

const isSame = (a: Origin, b: Origin) =>
  a.app === b.app &&
  a.strategy === b.strategy &&
  a.chip === b.chip &&
  a.seed === b.seed &&
  a.secondCuts === b.secondCuts;

/** With several apps each has a file of its own: `app1.` before the name. */
export function pathFor({ cwd }: CommandContext, file: string, app: string, isOnly: boolean): string {
  const path = resolve(cwd, file);
  const slash = path.lastIndexOf('/') + 1;
  return isOnly ? path : `${path.slice(0, slash)}${app}.${path.slice(slash)}`;
}

export function saveResult(path: string, origin: Origin, { shard = WHOLE }: Settings, result: CampaignResult): void {
  const { counts, failures, stages } = result;
  save(path, { format: FORMAT, ...origin, shard, counts, failures, stages } satisfies ResultFile);
}

export function saveCheckpoint(path: string, origin: Origin, { shard = WHOLE }: Settings, checkpoint: Checkpoint) {
  save(path, { format: FORMAT, ...origin, shard, checkpoint } satisfies CheckpointFile);
}

/** Where an earlier run of the same campaign was stopped; undefined where there was none. */
export function readCheckpoint(path: string, origin: Origin, { shard = WHOLE }: Settings): Checkpoint | undefined {
  if (!existsSync(path)) return undefined;
  const file = parse<CheckpointFile>(new TextDecoder().decode(readInput('', path)));
  if (!file?.checkpoint) throw usage(`${path} is no checkpoint of a campaign`, 'remove it, or name another file');
  const { index, count } = file.shard;
  if (!isSame(file, origin) || index !== shard.index || count !== shard.count)
    throw usage(
      `${path} is of another campaign`,
      'give the same app, strategy, seed, shard and --exhaustive, or remove it',
    );
  return file.checkpoint;
}

/** Puts parts together; they must be of one campaign, each once. */
export function mergeResults({ cwd }: CommandContext, paths: readonly string[]) {
  const files = paths.map((path) => {
    const file = parse<ResultFile>(new TextDecoder().decode(readInput(cwd, path)));
    if (!file?.counts || !file.shard) throw usage(`${path} is no result of a campaign`, 'make it with --result FILE');
    return { path, ...file };
  });
  const [first, ...others] = files;
  for (const other of others) {
    if (!isSame(first, other) || other.shard.count !== first.shard.count)
      throw usage(
        `${first.path} and ${other.path} are not of one campaign`,
        'merge parts with the same app, strategy and seed',
      );
    const twin = files.find((file) => file !== other && file.shard.index === other.shard.index);
    if (twin) throw usage(`${twin.path} and ${other.path} are the same part`, 'name each part once');
  }
  const there = new Set(files.map(({ shard }) => shard.index));
  const missing = Array.from({ length: first.shard.count }, (_, i) => i).filter((i) => !there.has(i));
  const counts = files.map((file) => file.counts).reduce(addCounts);
  const result: CampaignResult = { counts, failures: files.flatMap(({ failures }) => failures), stages: first.stages };
  return { origin: first as Origin, result, missing: missing.map((i) => `${i + 1}/${first.shard.count}`) };
}

function addCounts(a: Counts, b: Counts): Counts {
  return {
    cuts: a.cuts + b.cuts,
    secondCuts: a.secondCuts + b.secondCuts,
    hiccups: a.hiccups + b.hiccups,
    boots: a.boots + b.boots,
    worstOperations: Math.max(a.worstOperations, b.worstOperations),
    worstErases: Math.max(a.worstErases, b.worstErases),
  };
}

/** Writes a failure down, and says how it is seen again. */
export function saveFailure({ output, cwd }: CommandContext, app: string, failure: object, more = ''): void {
  const path = join(cwd, FAILURE_FILE);
  save(path, { app, ...failure });
  output.progress(`the first failure is in ${path}: kickstage test powercut ${app} --replay ${FAILURE_FILE}${more}`);
}

export function readFailure({ cwd }: CommandContext, path: string): Replay & { readonly steps?: readonly object[] } {
  const failure = parse<Replay & { steps?: readonly object[] }>(new TextDecoder().decode(readInput(cwd, path)));
  if (failure && (Array.isArray(failure.steps) || typeof failure.stage === 'number')) return failure;
  throw usage(`${path} holds no failure of a campaign`, 'name the file that kickstage test powercut has written');
}

function save(path: string, value: object): void {
  writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
