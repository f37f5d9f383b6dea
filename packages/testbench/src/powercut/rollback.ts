/**
 * Where the journal keeps security counters: an image below the counter of one that was confirmed is neither installed nor
 * started, though the slot of the confirmed one is erased, or somebody puts the older one there; wherever the power fails,
 * and in whichever half the journal is.
 */
import { OUTCOME_OLDER_COUNTER } from '@kickstage/abi/update';
import type { LabImage } from './images.ts';
import { Broken, NOTHING } from './oracle.ts';
import {
  install,
  refusal,
  request,
  requestRefused,
  restart,
  type Scenario,
  type Stage,
  type Ways,
} from './scenarios.ts';

/** Stages after which the counter of `to` is kept. */
export function raised(from: LabImage, to: LabImage, ways: Ways): Stage[] {
  const names = { from: from.name, to };
  return [request(names, ways, true), install(names, ways, true)];
}

/** `fill`: records written before. */
export function rollbackScenario(from: LabImage, to: LabImage, ways: Ways, fill?: number): Scenario {
  const down = { from: to.name, to: from };
  const refused = (standing: string) => ({ ...refusal(down, OUTCOME_OLDER_COUNTER), allowed: () => [standing] });
  const later: Stage[] = [requestRefused(down, true), refused(to.name), restart(to.name)];
  const damaged: Stage[] = [
    requestRefused(down, true),
    planted(undefined, to),
    { ...refused(NOTHING), expected: NOTHING },
    planted(from),
    { ...restart(NOTHING, `a boot that does not start ${from.name}`) },
    planted(to),
    restart(to.name),
  ];
  const stages = [...later, ...(fill === undefined ? damaged : [])].map((stage) => ({ ...stage, older: from }));
  return {
    name: fill === undefined ? 'rollback' : `rollback, journal with ${fill} records`,
    ...(fill === undefined ? {} : { fill }),
    stages: [...raised(from, to, ways), ...stages],
  };
}

/** Somebody writes the app's slot from outside, or erases it. */
function planted(image: LabImage | undefined, over?: LabImage): Stage {
  return {
    name: image ? `somebody puts ${image.name} in place` : "the app's slot is erased from outside",
    run: (device) => {
      if (!device.plant) throw new Broken('flash is written from outside where it is simulated only');
      device.plant(image, over);
      return { status: 0 };
    },
    allowed: () => [],
    expected: NOTHING,
  };
}
