import { defineConfig } from 'vitest/config';
import { shortLivesFlags } from './packages/cli/src/powercut/short-lives.ts';
import { HeavyFirst } from './tools/heavy-first.ts';

export default defineConfig({
  test: {
    // As `kickstage test powercut` has it.
    execArgv: [...shortLivesFlags(process.versions.v8)],
    include: ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts', 'e2e/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.long.test.ts'],
    passWithNoTests: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // A process for many files: the compiler, the emulator and the command line are loaded and warm after the first. The
    // long campaigns keep a process for each.
    pool: 'forks',
    isolate: false,
    maxWorkers: '100%',
    sequence: { sequencer: HeavyFirst },
    reporters: ['default', './tools/summary-reporter.ts'],
  },
});
