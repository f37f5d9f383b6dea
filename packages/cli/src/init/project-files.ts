/** The files of a new project. */
import { appSource } from './app-source.ts';
import { bootConfig } from './boot-config.ts';
import { BOOT_MAIN } from './boot-main.ts';
import { GITIGNORE } from './gitignore.ts';
import { packageJson } from './package-json.ts';
import type { ProjectPlan } from './project-plan.ts';
import { readme } from './readme.ts';
import { TSCONFIG_JSON } from './tsconfig-json.ts';

export interface ProjectFile {
  /** Relative to the project's folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

export const README = 'README.md';

export function projectFiles(plan: ProjectPlan): readonly ProjectFile[] {
  const hasButton = plan.board.board.button !== undefined;
  return [
    { path: 'package.json', text: packageJson(plan) },
    { path: 'boot.config.ts', text: bootConfig(plan) },
    { path: 'boot/main.ts', text: BOOT_MAIN },
    ...plan.apps.map((app) => ({ path: `apps/${app.name}.ts`, text: appSource(app, hasButton) })),
    { path: 'tsconfig.json', text: TSCONFIG_JSON },
    { path: '.gitignore', text: GITIGNORE },
    { path: README, text: readme(plan) },
  ];
}
