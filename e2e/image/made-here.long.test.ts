/** The same tests at length: every bit of the sweeps, a hundred times as many random images, from another seed. */

process.env.KICKSTAGE_FUZZ ??= '100';
process.env.KICKSTAGE_SEED ??= '2027';
await import('./made-here.test.ts');

export {};
