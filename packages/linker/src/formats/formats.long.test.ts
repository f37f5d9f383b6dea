/** The damage to flash files at length: the same tests, a hundred times as many files, from another seed. */

process.env.KICKSTAGE_FUZZ ??= '100';
process.env.KICKSTAGE_SEED ??= '2027';
await import('./formats.fuzz.test.ts');

export {};
