/** Names of apps on the command line. */
import { nearMiss } from '@kickstage/base/near-miss';
import type { Layout } from '@kickstage/memory-map/layout';
import { appNames } from '@kickstage/memory-map/rules/app-names';
import { CommandFailure } from '../command-context.ts';
import type { Project } from '../project.ts';

/** The complaint about an app that the config does not have. */
export function noSuchApp(name: string, layout: Layout): CommandFailure {
  const names = layout.apps.map((app) => app.name);
  const near = nearMiss(name, names);
  const fix = near ? `did you mean ${near}?` : `the apps are ${names.join(', ')}`;
  return new CommandFailure([{ code: 'CLI008', severity: 'error', what: `there is no app \`${name}\``, fix }]);
}

/** Ends the command when no app can be called that, or one is already. `instead` is the name that it takes the place of. */
export function checkNewName({ layout, file }: Project, name: string, instead?: string): void {
  const others = layout.apps.map((app) => app.name).filter((other) => other !== instead);
  if (others.includes(name)) {
    const at = { file: file.shown, path: `apps.${name}` };
    const fix = 'choose another name, or remove that one first: kickstage remove app NAME';
    const what = `there is an app \`${name}\` already`;
    throw new CommandFailure([{ code: 'CLI013', severity: 'error', what, at, fix }]);
  }
  const parts = { apps: new Map(), appNames: [...others, name] };
  const diagnostics = appNames.check(parts, () => ({ file: file.shown, path: 'apps' }));
  if (diagnostics.length > 0) throw new CommandFailure(diagnostics);
}
