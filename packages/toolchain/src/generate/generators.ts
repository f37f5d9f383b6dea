/** The kinds of files that `kickstage generate` knows. */
import { generateC } from './c-header.ts';
import type { Generate } from './generated-file.ts';
import { generateLd, generateMemoryX } from './linker-script.ts';

export interface Generator {
  /** What it is called on the command line. */
  readonly name: string;
  /** One line for people. */
  readonly description: string;
  readonly generate: Generate;
}

export const GENERATORS: readonly Generator[] = [
  { name: 'memory-x', description: "memory.x of each app for Rust's cortex-m-rt", generate: generateMemoryX },
  { name: 'ld', description: 'linker script of each app for GNU ld, and start-up code in C', generate: generateLd },
  { name: 'c', description: 'C header: addresses, constants, switching, the boot report', generate: generateC },
];
