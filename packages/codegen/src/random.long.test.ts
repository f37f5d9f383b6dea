/** The random campaigns at length: more seeds than the ordinary run has, the same tests. */

process.env.KICKSTAGE_SEED ??= '10000';
process.env.KICKSTAGE_COUNT ??= '500';
process.env.KICKSTAGE_OPERANDS ??= '20000';
await import('./passes/differential.test.ts');
await import('./machine-code.test.ts');
await import('./interrupts.test.ts');
await import('./floats.test.ts');

export {};
