/** What `kickstage test powercut` is asked for, and the project as that wants it. */
import { hasErrors } from '@kickstage/base/diagnostic';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import { resolve as resolveLayout } from '@kickstage/memory-map/resolve';
import { STRATEGIES, type Strategy } from '@kickstage/memory-map/updates/config';
import { CommandFailure, type CommonOptions } from '../command-context.ts';
import type { Project } from '../project.ts';

export interface PowercutOptions extends CommonOptions {
  readonly strategy?: string;
  readonly exhaustive?: boolean;
  readonly withoutVerification?: boolean;
  readonly shard?: string;
  readonly seed?: string;
  readonly replay?: string;
  readonly chains?: string;
  readonly result?: string;
  readonly checkpoint?: string;
  readonly merge?: readonly string[];
  readonly on?: string;
  readonly cuts?: string;
}

export interface Settings {
  readonly seed: number;
  readonly secondCuts: number;
  readonly shard?: { readonly index: number; readonly count: number };
  /** Random chains in place of the campaign. */
  readonly chains?: number;
  /** Cuts on the virtual board in place of the campaign. */
  readonly emulatedCuts?: number;
}

/** Without --exhaustive one second cut of so many is made. */
const SECOND_CUTS = 997;
const EMULATED_CUTS = 200;

export function readSettings(options: PowercutOptions): Settings {
  const { seed = '1', exhaustive, shard, chains, on = 'engine', cuts } = options;
  if (on !== 'engine' && on !== 'emulator') throw usage(`--on ${on} is no place`, '--on emulator');
  if (cuts !== undefined && on !== 'emulator') throw usage('--cuts is for --on emulator', '--on emulator --cuts 2000');
  return {
    seed: readNumber('--seed', seed, 0),
    secondCuts: exhaustive ? 1 : SECOND_CUTS,
    ...(chains === undefined ? {} : { chains: readNumber('--chains', chains, 1) }),
    ...(on === 'engine' ? {} : { emulatedCuts: readNumber('--cuts', cuts ?? String(EMULATED_CUTS), 1) }),
    ...(shard === undefined ? {} : { shard: readShard(shard) }),
  };
}

function readNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw usage(`${option} ${text} is no whole number from ${least} on`, `${option} 7`);
}

function readShard(shard: string) {
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(shard) ?? []).map(Number);
  if (!(count >= 1 && index >= 1 && index <= count)) throw usage(`--shard ${shard} is no part`, '--shard 1/4');
  return { index: index - 1, count };
}

export function readStrategy(strategy: string | undefined): Strategy | undefined {
  if (strategy === undefined || (STRATEGIES as readonly string[]).includes(strategy)) return strategy as Strategy;
  throw usage(`there is no strategy ${strategy}`, `the strategies are ${STRATEGIES.join(', ')}`);
}

export function usage(what: string, fix: string): CommandFailure {
  return new CommandFailure([{ code: 'CLI004', severity: 'error', what, fix }]);
}

/** The same config with another strategy for every app that can be updated. */
export function withStrategy(project: Project, strategy: Strategy | undefined): Project {
  if (strategy === undefined) return project;
  const config = project.file.value as { apps: Record<string, { update?: unknown }> };
  const apps = Object.fromEntries(
    Object.entries(config.apps).map(([name, app]) => {
      if (app.update === undefined) return [name, app];
      const update = typeof app.update === 'object' ? app.update : {};
      return [name, { ...app, update: { ...update, strategy } }];
    }),
  );
  // Regions lie elsewhere then than the lock has them.
  const { value: layout, diagnostics } = resolveLayout({ ...config, apps });
  if (!layout || hasErrors(diagnostics)) throw new CommandFailure(diagnostics);
  return { ...project, layout };
}

export function chooseApps({ apps }: Layout, name: string | undefined): LayoutImage[] {
  const updatable = apps.filter(({ update }) => update !== undefined);
  const chosen = updatable.filter((app) => name === undefined || app.name === name);
  if (chosen.length > 0) return chosen;
  const names = updatable.map((app) => app.name);
  throw usage(
    name === undefined ? 'no app of this config can be updated' : `there is no app \`${name}\` that can be updated`,
    names.length > 0 ? `those that can are ${names.join(', ')}` : 'give an app update: true in the config',
  );
}
