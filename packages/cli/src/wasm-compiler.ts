/**
 * How V8 compiles the WebAssembly module that AssemblyScript's binaryen is. A build runs most of its code once: what V8's
 * optimising compiler takes, in threads of its own, is more than what its code then saves. The quick compiler alone
 * makes a build of three images a third cheaper.
 */
import { setFlagsFromString } from 'node:v8';

/** V8 versions that are known to have the flag; an unknown one is complained about on stderr. */
const [FIRST, LAST] = [11, 14];

/** To be called before the first WebAssembly module is compiled. */
export function preferQuickCompiler(): void {
  const version = Number.parseInt(process.versions.v8, 10);
  if (version >= FIRST && version <= LAST) setFlagsFromString('--liftoff-only');
}
