/** The kinds of files that `kickstage generate` knows. */
import { generateC } from './c-header.ts';
import type { Generate, GeneratorFacts } from './generated-file.ts';
import { generateLd, generateMemoryX } from './linker-script.ts';

export interface Generator {
  /** What it is called on the command line. */
  readonly name: string;
  /** One line for people. */
  readonly description: string;
  /** What the board does not say and the files cannot do without, as the end of a sentence; absent: nothing ever. */
  readonly missing?: (facts: GeneratorFacts) => string | undefined;
  /** Called only when nothing is missing. */
  readonly generate: Generate;
}

export const GENERATORS: readonly Generator[] = [
  { name: 'memory-x', description: "memory.x of each app for Rust's cortex-m-rt", generate: generateMemoryX },
  { name: 'ld', description: 'linker script of each app for GNU ld, and start-up code in C', generate: generateLd },
  { name: 'c', description: 'C header: addresses, constants, switching, the boot report', generate: generateC },
];
