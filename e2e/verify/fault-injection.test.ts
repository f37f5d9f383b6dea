/**
 * A sample of bench/fault-injection: instructions that are left out, and registers that are 0, while a board looks at
 * images that it must not start. None may run. `npm run bench:faults` does many more.
 */
import { beforeAll, expect, test } from 'vitest';
import { choosePoints, type Point, runCampaign, tracePath, whereOf } from '../../bench/fault-injection/campaign.ts';
import {
  faultProject,
  makeRemembered,
  makeScenario,
  type RememberedName,
  rememberingProject,
  type ScenarioName,
} from '../../bench/fault-injection/scenarios.ts';
import { caseCount } from '../../tools/thorough.ts';
import { FIRMWARE } from '../firmware/firmware-files.ts';
import type { Project } from './verified-project.ts';

let project: Project;

beforeAll(async () => {
  project = await faultProject('ed25519');
}, 600_000);

/** Code that decides. */
const DECISIONS =
  /Reset_Handler|decide|fallBack|slotStatus|handOver|settle|install|refusalOf|isCleared|putInPlace|verifyImage|verifyDownload|compareLevels|mayInstall|checkSignatures|verifies|compareHash|sameAs/;

test.each<[ScenarioName, number]>([
  ['unsigned', 120],
  ['forged', 8],
  ['forged update', 8],
  ['older update', 8],
])(
  '%s',
  async (name, count) => {
    const scenario = await makeScenario(project, name);
    const path = tracePath(scenario);
    const points = choosePoints(path, 1);
    const deciding = points.filter(({ pc }) => DECISIONS.test(whereOf(scenario, pc)));
    const result = runCampaign(scenario, path, spread(deciding, caseCount(count)));
    expect(result.faults).toBeGreaterThan(caseCount(count));
    expect(result.breaches).toEqual([]);
  },
  600_000,
);

/** Code that decides whether an image is a known one, and whether its counter is below the kept one. */
const REMEMBERING =
  /Reset_Handler|decide|settle|loadState|findRecord|takeRecord|isRecord|isVoid|voidSlot|readBody|chooseHalf|isWholeHeader|generationOf|verifyStart|passKnown|compareKnown|compareKept|keptLevels|look$|verifyImage|noteCounters|keptCounter|readingMark|rememberStart|beginTrial|fingerprint|tateWord|crc32Step/i;

test.each<[RememberedName, number]>([
  ['forged, another one known', 60],
  ['forged, none known', 30],
  ['below the kept counter', 90],
])(
  '%s',
  async (name, count) => {
    const scenario = await makeRemembered(await rememberingProject('ed25519'), name);
    const path = tracePath(scenario);
    const deciding = choosePoints(path, 1).filter(({ pc }) => REMEMBERING.test(whereOf(scenario, pc)));
    const result = runCampaign(scenario, path, spread(deciding, caseCount(count)));
    expect(result.faults).toBeGreaterThan(caseCount(count));
    expect(result.breaches).toEqual([]);
  },
  600_000,
);

test('where nothing looks at the evidence a single fault is enough, and the campaign finds it', async () => {
  const path = 'boot/hand-over.ts';
  const trusting = FIRMWARE.get(path)!.replaceAll('passedTable()', 'table');
  const weak = await faultProject('ed25519', new Map([...FIRMWARE, [path, trusting]]));
  const scenario = await makeScenario(weak, 'unsigned');
  const way = tracePath(scenario);
  const points = choosePoints(way, 1).filter(({ pc }) => /^Reset_Handler/.test(whereOf(scenario, pc)));
  expect(runCampaign(scenario, way, points).breaches.length).toBeGreaterThan(0);
}, 600_000);

/** So many of them, evenly. */
function spread(points: readonly Point[], count: number): Point[] {
  return points.filter(
    (_, i) => Math.floor((i * count) / points.length) !== Math.floor(((i + 1) * count) / points.length),
  );
}
