/**
 * How V8 compiles the AssemblyScript compiler: JavaScript, and binaryen in WebAssembly. A build runs most of their code a
 * few times only: what V8's optimising compilers take, in threads of their own, is more than what their code then saves.
 * With the quick compiler alone for WebAssembly, and JavaScript optimised only where it runs really often, a build takes
 * half the processor time.
 */
import { setFlagsFromString } from 'node:v8';

/** V8 versions that are known to have the flags; an unknown flag is complained about on stderr. */
const [FIRST, LAST] = [11, 14];
/** Bytes of bytecode that a function executes before it is looked at; V8's own numbers are around 100,000. */
const INTERRUPT_BUDGET = 1_000_000;

/** To be called before the compiler is loaded. */
export function preferQuickCompilers(): void {
  const version = Number.parseInt(process.versions.v8, 10);
  if (version < FIRST || version > LAST) return;
  setFlagsFromString('--liftoff-only');
  setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
}
