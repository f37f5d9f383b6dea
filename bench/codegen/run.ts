/**
 * Bytes and executed instructions of small kernels: our compiler at level size beside gcc -Os and -O2, all on our
 * emulator, with the same input and the same result. Names of kernels as arguments print their machine code instead.
 */
import { CASES } from './cases.ts';
import { compileGcc, gccVersion } from './gcc.ts';
import { compileOurs, measureBootloader } from './ours.ts';
import { runKernel } from './program.ts';
import { printTable, type Row } from './report.ts';
import { disassemble } from './show.ts';

const ours = await compileOurs();
const small = compileGcc('-Os');
const fast = compileGcc('-O2');
const names = process.argv.slice(2);
if (names.length > 0) show();
else await compare();

function show(): void {
  for (const name of names) {
    for (const [by, program] of Object.entries({ ours, 'gcc -Os': small, 'gcc -O2': fast }))
      console.log(`${name}, ${by}\n${disassemble(program, name)}\n`);
  }
}

async function compare(): Promise<void> {
  const rows = CASES.map((kernel): Row => {
    const [a, b, c] = [ours, small, fast].map((program) => runKernel(program, kernel));
    if (a.outcome !== b.outcome || a.outcome !== c.outcome) throw new Error(`${kernel.name}: the results differ`);
    return { name: kernel.name, load: kernel.load, ours: a, small: b, fast: c };
  });
  console.log(`gcc ${gccVersion()}`);
  console.log(printTable(rows));
  for (const name of ['classic', 'record'] as const) {
    const { bytes, instructions } = await measureBootloader(name);
    console.log(`${name} bootloader: ${bytes} bytes, ${instructions} instructions from reset to app1`);
  }
}
