/** Every single fault in every sample: tens of thousands. */

process.env.KICKSTAGE_FAULTS ??= '1000000';
await import('./checker.test.ts');

export {};
