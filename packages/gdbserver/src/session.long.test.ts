/** Damaged packets at length: the same test, twenty times as many streams, from another seed. */

process.env.KICKSTAGE_FUZZ ??= '20';
process.env.KICKSTAGE_SEED ??= '2027';
await import('./session.fuzz.test.ts');

export {};
