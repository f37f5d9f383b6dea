/**
 * Bytes and executed instructions of small kernels: our compiler at level size beside gcc -Os and -O2, all on our
 * emulator, with the same input and the same result. Names of kernels as arguments print their machine code instead.
 */
import { CASES, type Case } from './cases.ts';
import { FLOAT_CASES } from './float-cases.ts';
import { compileFloatGcc, compileGcc, gccVersion } from './gcc.ts';
import { compileFloatOurs, compileOurs, measureBootloader } from './ours.ts';
import { type Program, runKernel } from './program.ts';
import { printTable, type Row } from './report.ts';
import { disassemble } from './show.ts';

const programs = [await compileOurs(), compileGcc('-Os'), compileGcc('-O2')] as const;
const names = process.argv.slice(2);
if (names.length > 0) show();
else await compare();

function show(): void {
  const [ours, small, fast] = programs;
  for (const name of names) {
    for (const [by, program] of Object.entries({ ours, 'gcc -Os': small, 'gcc -O2': fast }))
      console.log(`${name}, ${by}\n${disassemble(program, name)}\n`);
  }
}

async function compare(): Promise<void> {
  console.log(`gcc ${gccVersion()}`);
  console.log(printTable(rowsOf(CASES, programs)));
  console.log('\nf32 on the floating-point unit, -mfpu=fpv4-sp-d16 -ffp-contract=off');
  const floats = [await compileFloatOurs(), compileFloatGcc('-Os'), compileFloatGcc('-O2')];
  console.log(printTable(rowsOf(FLOAT_CASES, floats)));
  for (const name of ['classic', 'record'] as const) {
    const { bytes, instructions } = await measureBootloader(name);
    console.log(`${name} bootloader: ${bytes} bytes, ${instructions} instructions from reset to app1`);
  }
}

function rowsOf(cases: readonly Case[], programs: readonly Program[]): Row[] {
  return cases.map((kernel): Row => {
    const [a, b, c] = programs.map((program) => runKernel(program, kernel));
    if (a.outcome !== b.outcome || a.outcome !== c.outcome) throw new Error(`${kernel.name}: the results differ`);
    return { name: kernel.name, load: kernel.load, ours: a, small: b, fast: c };
  });
}
