import { defineConfig } from 'vitest/config';
import { shortLivesFlags } from './packages/cli/src/powercut/short-lives.ts';

/** The long campaigns: seeded, bounded, recorded in docs/evidence.md. */
export default defineConfig({
  test: {
    // As `kickstage test powercut` has it.
    execArgv: [...shortLivesFlags(process.versions.v8)],
    include: ['packages/*/src/**/*.long.test.ts', 'e2e/**/*.long.test.ts'],
    passWithNoTests: false,
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    reporters: ['default', './tools/summary-reporter.ts'],
  },
});
