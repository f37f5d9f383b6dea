/** Damaged packets at length: the same test with 100,000 packets, from another seed. */

process.env.KICKSTAGE_FUZZ ??= '50';
process.env.KICKSTAGE_SEED ??= '2027';
await import('./server-fuzz.test.ts');

export {};
