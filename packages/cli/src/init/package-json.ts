/** package.json of a new project. */
import { examplePresses, type ProjectPlan } from './project-plan.ts';

export function packageJson(plan: ProjectPlan): string {
  const manifest = {
    name: plan.name,
    version: '0.1.0',
    private: true,
    type: 'module',
    scripts: {
      start: plan.runs ? 'kickstage run --live' : 'kickstage flash',
      build: 'kickstage build',
      check: 'kickstage check',
      flash: 'kickstage flash',
      demo: demo(plan),
    },
    dependencies: { kickstage: `^${plan.version}` },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Shows all that can be seen without a board. */
function demo(plan: ProjectPlan): string {
  const seen = 'kickstage build && kickstage map --no-build';
  if (!plan.runs) return seen;
  const presses = examplePresses(plan).map((press) => ` --press ${press}`);
  return `${seen} && kickstage run --live --for 4s${presses.join('')}`;
}
