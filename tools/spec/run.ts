/**
 * Plays the specification's tests and prints a line a file: `npx jiti tools/spec/run.ts FOLDER [NAME…]`, where FOLDER holds
 * the .wast files of WebAssembly/testsuite. `--failures` prints what failed, `--json` one object a file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Assembler } from './assemble.ts';
import { type Score, Script } from './script.ts';

const [folder, ...rest] = process.argv.slice(2);
const names = rest.filter((word) => !word.startsWith('--'));
const files = readdirSync(folder).filter((file) => file.endsWith('.wast'));
const assembler = await Assembler.create();

for (const file of files.sort()) {
  const name = basename(file, '.wast');
  if (names.length > 0 && !names.includes(name)) continue;
  const score = play(readFileSync(join(folder, file), 'utf8'));
  if (!score) {
    console.log(`${name.padEnd(24)} not read`);
    continue;
  }
  const { passed, failed, notRun } = score;
  const total = passed + failed.length;
  const missing = [...notRun].map(([reason, count]) => `${count} ${reason}`);
  if (rest.includes('--json')) console.log(JSON.stringify({ name, passed, total, notRun: Object.fromEntries(notRun) }));
  else
    console.log(`${name.padEnd(24)} ${passed}/${total}${missing.length > 0 ? `; not run: ${missing.join('; ')}` : ''}`);
  if (rest.includes('--failures')) for (const failure of failed) console.log(`    ${failure}`);
}

/** Undefined where the text is not one that this reader reads: annotations may hold anything. */
function play(text: string): Score | undefined {
  try {
    return new Script(text, assembler).run();
  } catch {
    return undefined;
  }
}
