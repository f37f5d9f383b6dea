/** `npm create kickstage DIR` is `kickstage init DIR`: the command is put in front, and the command line does the rest. */
process.argv.splice(2, 0, 'init');
await import('kickstage/cli');

export {};
