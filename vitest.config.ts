import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts', 'e2e/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.long.test.ts'],
    passWithNoTests: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: '100%',
    reporters: ['default', './tools/summary-reporter.ts'],
  },
});
