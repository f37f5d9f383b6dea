/**
 * Bytes and executed instructions of small kernels: our compiler at level size beside gcc -Os and -O2, all on our
 * emulator, with the same input and the same result.
 */
import { CASES } from './cases.ts';
import { compileGcc, gccVersion } from './gcc.ts';
import { compileOurs, measureBootloader } from './ours.ts';
import { runKernel } from './program.ts';
import { printTable, type Row } from './report.ts';

const ours = await compileOurs();
const small = compileGcc('-Os');
const fast = compileGcc('-O2');
const rows = CASES.map((kernel): Row => {
  const [a, b, c] = [ours, small, fast].map((program) => runKernel(program, kernel));
  if (a.outcome !== b.outcome || a.outcome !== c.outcome) throw new Error(`${kernel.name}: the results differ`);
  return { name: kernel.name, load: kernel.load, ours: a, small: b, fast: c };
});
console.log(`gcc ${gccVersion()}`);
console.log(printTable(rows));
const { bytes, instructions } = await measureBootloader();
console.log(`bootloader of two-apps-classic: ${bytes} bytes, ${instructions} instructions from reset to app1`);
