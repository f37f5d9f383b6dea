/**
 * `npm run bench:faults [-- --kind p256] [--turns N] [--scenario NAME] [--shard I/N] [--all]`: faults on the way from reset
 * to the jump. `--turns` is how many first and last turns of each instruction; `--all` is each turn, which takes hours;
 * `--where` is a pattern that names of functions match;
 * `--record` writes the counts to results.json.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { KeyKind } from '@kickstage/image/keys/key';
import { choosePoints, runCampaign, tracePath, whereOf } from './campaign.ts';
import {
  faultProject,
  makeRemembered,
  makeScenario,
  REMEMBERED_SCENARIOS,
  rememberingProject,
  SCENARIOS,
} from './scenarios.ts';

const { values } = parseArgs({
  options: {
    kind: { type: 'string', default: 'ed25519' },
    turns: { type: 'string', default: '1' },
    scenario: { type: 'string' },
    shard: { type: 'string', default: '1/1' },
    all: { type: 'boolean', default: false },
    where: { type: 'string', default: '' },
    record: { type: 'boolean', default: false },
  },
});
const [shard, shards] = values.shard.split('/').map(Number);
const turns = values.all ? Number.POSITIVE_INFINITY : Number(values.turns);
const kind = values.kind as KeyKind;
const projects = { plain: await faultProject(kind), remembering: await rememberingProject(kind) };
const makers = [
  ...SCENARIOS.map((name) => ({ name, make: () => makeScenario(projects.plain, name) })),
  ...REMEMBERED_SCENARIOS.map((name) => ({ name, make: () => makeRemembered(projects.remembering, name) })),
];
let breaches = 0;
for (const { name, make } of makers) {
  if (values.scenario !== undefined && values.scenario !== name) continue;
  const scenario = await make();
  const path = tracePath(scenario);
  const points = choosePoints(path, turns)
    .filter(({ pc }) => new RegExp(values.where).test(whereOf(scenario, pc)))
    .filter((_, i) => i % shards === shard - 1);
  const started = performance.now();
  const result = runCampaign(scenario, path, points);
  breaches += result.breaches.length;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(JSON.stringify({ ...result, breaches: result.breaches.length, seconds }));
  if (values.record) record(`${values.kind}, ${name}`, { ...result, breaches: result.breaches.length });
  for (const { where, fault, at, later } of result.breaches.slice(0, 40))
    console.log(
      `  BREACH ${where} at ${at}: ${fault.kind}${'register' in fault ? ` r${fault.register}` : ''}${later ? ', after a restart' : ''}`,
    );
}
function record(name: string, result: object): void {
  const file = join(import.meta.dirname, 'results.json');
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {};
  const part = { turns: values.all ? 'all' : turns, shard: values.shard };
  writeFileSync(file, `${JSON.stringify({ ...known, [name]: { ...part, ...result } }, null, 2)}\n`);
}

process.exitCode = breaches === 0 ? 0 : 1;
