/**
 * How V8 compiles the AssemblyScript compiler: JavaScript, and binaryen in WebAssembly. A build runs most of their code a
 * few times only: what V8's optimising compilers take, in threads of their own, is more than what their code then saves.
 * With the quick compiler alone for WebAssembly, and JavaScript optimised only where it runs really often, a build takes
 * half the processor time.
 *
 * V8 complains on stderr about a flag that it does not have, and cannot be asked which it has: the table says which
 * versions have which, after `node --v8-options` of Node 20 to 26.
 */
import { setFlagsFromString } from 'node:v8';

type Version = readonly [major: number, minor: number];

interface VersionFlags {
  readonly first: Version;
  readonly last: Version;
  readonly flags: readonly string[];
}

/** Both make a function run about ten times as often as V8's own numbers before it is optimised. */
const TABLE: readonly VersionFlags[] = [
  // Bytes of bytecode that a function executes before it is looked at; V8's own number is 67,584. Node 20.
  { first: [11, 3], last: [11, 3], flags: ['--liftoff-only', '--interrupt-budget=1000000'] },
  // Calls, and turns of loops; V8's own numbers are 3,000 and 500 to 800. Node 21 (11.8) to 26 (14.6).
  {
    first: [11, 8],
    last: [14, 6],
    flags: ['--liftoff-only', '--invocation-count-for-turbofan=30000', '--invocation-count-for-osr=8000'],
  },
];

const isBefore = ([major, minor]: Version, other: Version) =>
  major < other[0] || (major === other[0] && minor < other[1]);

/** The flags for a V8 version, as in `process.versions.v8`; none where it is not known which there are. */
export function quickCompilerFlags(v8: string): readonly string[] {
  const [major, minor] = v8.split('.').map(Number);
  const version: Version = [major, minor];
  return TABLE.find(({ first, last }) => !isBefore(version, first) && !isBefore(last, version))?.flags ?? [];
}

/** To be called before the compiler is loaded. */
export function preferQuickCompilers(): void {
  for (const flag of quickCompilerFlags(process.versions.v8)) setFlagsFromString(flag);
}
