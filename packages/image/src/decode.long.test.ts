/** The decoder's damage at length: the same tests, a hundred times as many images, from another seed: over a million. */

process.env.KICKSTAGE_FUZZ ??= '100';
process.env.KICKSTAGE_SEED ??= '2027';
await import('./decode.fuzz.test.ts');

export {};
