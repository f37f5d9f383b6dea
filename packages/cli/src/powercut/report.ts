/** What a campaign has found, in lines and as objects. */

import type { LayoutImage } from '@kickstage/memory-map/layout';
import type { CampaignResult, Failure } from '@kickstage/testbench/powercut/campaign';
import type { ChainResult } from '@kickstage/testbench/powercut/chains';
import type { EmulatedResult } from '@kickstage/testbench/powercut/emulated-campaign';
import type { Output } from '../output.ts';
import type { Origin } from './results.ts';

export function reportCampaign(output: Output, origin: Origin, result: CampaignResult): void {
  const { counts, failures, stages } = result;
  const { app, strategy } = origin;
  title(output, origin);
  for (const { scenario, stage, operations, erases } of stages) {
    output.line(`  ${scenario}: ${stage}: ${operations} operations, ${erases} erases`);
    output.object({ event: 'stage', app, scenario, stage, operations, erases });
  }
  for (const failure of failures) {
    output.line(`  FAILED ${describe(failure)}`);
    output.object({ event: 'failure', app, ...failure });
  }
  const { cuts, secondCuts, hiccups, boots, worstOperations, worstErases } = counts;
  output.line(`  ${cuts} cuts, ${secondCuts} second cuts, ${hiccups} hiccups of flash, ${boots} boots`);
  output.line(`  longest recovery: ${worstOperations} operations, ${worstErases} erases`);
  output.line(`  ${failures.length} failures`);
  output.object({ event: 'powercut', app, strategy, ...counts, failures: failures.length });
}

function describe({ scenario, stageName, cut, second, problem }: Failure): string {
  const again = second ? `, and again at ${second.at} (${second.how})` : '';
  const trouble = cut ? `cut at ${cut.at} (${cut.how})` : 'without any trouble';
  return `${scenario}: ${stageName}: ${trouble}${again}: ${problem}`;
}

export function reportChains(output: Output, origin: Origin, result: ChainResult): void {
  const { chains, steps, cuts, boots, failures } = result;
  title(output, origin);
  for (const failure of failures) {
    output.line(`  FAILED after shrinking ${failure.found} steps to ${failure.steps.length}: ${failure.problem}`);
    output.object({ event: 'failure', app: origin.app, ...failure });
  }
  output.line(`  ${chains} chains, ${steps} steps, ${cuts} cuts, ${boots} boots`);
  output.line(`  ${failures.length} failures`);
  output.object({ event: 'chains', app: origin.app, chains, steps, cuts, boots, failures: failures.length });
}

export function reportEmulated(output: Output, origin: Origin, result: EmulatedResult): void {
  const { cuts, torn, boots, stages, failures } = result;
  const { app, strategy } = origin;
  title(output, origin, ', machine code');
  for (const { stage, operations, cycles } of stages) {
    output.line(`  ${stage}: ${operations} operations, ${cycles} cycles`);
    output.object({ event: 'stage', app, stage, operations, cycles });
  }
  for (const failure of failures) {
    output.line(`  FAILED ${failure.stageName}: ${JSON.stringify(failure.power ?? 'no cut')}: ${failure.problem}`);
    output.object({ event: 'failure', app, ...failure });
  }
  output.line(`  ${cuts} cuts, ${torn} of them within an operation, ${boots} boots`);
  output.line(`  ${failures.length} failures`);
  output.object({ event: 'powercut', on: 'emulator', app, strategy, cuts, torn, boots, failures: failures.length });
}

/** How fast a product was cut whose bootloader verifies; nothing for the others. */
export function reportRate(output: Output, { name, verify }: LayoutImage, boots: number, seconds: number): void {
  if (!verify) return;
  const rate = Math.round(boots / seconds);
  const what = verify.level === 'hash' ? 'the hash is verified' : 'hash and signature are verified';
  output.line(`  ${what} in each boot: ${rate} boots a second`);
  output.object({ event: 'rate', app: name, verify: verify.level, bootsPerSecond: rate });
}

function title(output: Output, { app, strategy, chip }: Origin, how = ''): void {
  output.line(`${app}, ${strategy}, ${chip}${how}`);
}
