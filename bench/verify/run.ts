/** Prints the costs of verification beside what MCUboot takes for the same. */
import { BASELINES } from './baselines.ts';
import { measureAll } from './measure.ts';

const costs = await measureAll();
for (const [name, { bytes, ram, instructions }] of Object.entries(costs)) {
  console.log(`${name.padEnd(10)} ${bytes} B flash, ${ram} B RAM, ${instructions.toLocaleString('en')} instructions`);
  const other = BASELINES[name];
  if (other) console.log(`${''.padEnd(10)} MCUboot: ${other.bytes} B, ${other.instructions.toLocaleString('en')}`);
}
