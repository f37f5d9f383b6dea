/** A failure of either campaign again, on the virtual board: up to the power-on behind its last cut. */

import type { TearPattern } from '@kickstage/emulator/nonvolatile/tear';
import type { PowerCut } from '@kickstage/emulator/power';
import type { Failure, Trouble } from './campaign.ts';
import { cutStage } from './emulated-campaign.ts';
import { type EmulatedDevice, PowerFailed } from './emulated-device.ts';
import { fillJournal } from './lab.ts';
import { Broken, type Standing } from './oracle.ts';
import type { Scenario, Stage } from './scenarios.ts';

/** What is written down of a failure; `power` where it was found on the virtual board. */
export interface Replay extends Pick<Failure, 'scenario' | 'stage' | 'cut' | 'second' | 'seed'> {
  readonly power?: PowerCut;
}

/** Runs into the cut. The device has power again, nothing was executed yet; with what it may start. */
export function replayTo(device: EmulatedDevice, scenario: Scenario, replay: Replay): readonly Standing[] {
  fillJournal(device, scenario.fill ?? 0);
  for (const stage of scenario.stages.slice(0, replay.stage)) stage.run(device);
  const stage = scenario.stages[replay.stage];
  const before = device.state;
  const from = device.machine.power.operationCount;
  stage.run(device);
  const operations = device.machine.power.operationCount - from;
  device.restore(before);
  const power = replay.power ?? (replay.cut && powerCutOf(replay.cut, replay.seed));
  if (!power) return replayUncut(device, stage);
  const allowed = cutStage(device, stage, operations, power);
  if (typeof allowed === 'string') throw new Broken(allowed);
  device.powerOn();
  if (replay.second) cutBoot(device, powerCutOf(replay.second, replay.seed + 13));
  return allowed;
}

/** A stage that fails without a cut in it: the simulated campaign's stages have a loss of power between them. */
function replayUncut(device: EmulatedDevice, stage: Stage): readonly Standing[] {
  if (!stage.isBoot) {
    const { status } = stage.run(device);
    if (status !== 0) throw new Broken(`it was refused with ${status}`);
  }
  device.powerOn();
  return [stage.expected];
}

function cutBoot(device: EmulatedDevice, power: PowerCut): void {
  device.cutAt(power);
  try {
    device.boot();
  } catch (error) {
    if (!(error instanceof PowerFailed)) throw error;
    return device.powerOn();
  }
  throw new Broken('power was not cut a second time');
}

const PATTERNS: Readonly<Record<string, TearPattern>> = { half: 'prefix', bits: 'bits', noise: 'bits' };

/** A cut of the simulated campaign: its operations are the same ones. */
function powerCutOf({ at, how }: Trouble, seed: number): PowerCut {
  const operation = at + 1;
  if (how === 'ignored' || how === 'refused' || how === 'weak')
    throw new Broken(`flash that stumbles (${how}) is simulated only: replay it without --on emulator`);
  if (how === 'before' || how === 'after') return { operation, part: how === 'before' ? 0 : 1, seed };
  return { operation, part: 0.5, pattern: PATTERNS[how] ?? 'unstable', seed };
}
