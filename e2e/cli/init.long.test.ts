/** New projects for every board built, and run where there is a virtual one. */

process.env.KICKSTAGE_BOARDS ??= 'all';
await import('./init.test.ts');

export {};
