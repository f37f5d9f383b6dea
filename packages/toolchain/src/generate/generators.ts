/** The kinds of files that `kickstage generate` knows. */
import { generateAssemblyScript } from './assemblyscript.ts';
import { generateC } from './c-header.ts';
import { generateDfuTargets, missingForDfu } from './dfu-targets.ts';
import { generateGdb } from './gdb.ts';
import type { Generate, GeneratorFacts } from './generated-file.ts';
import { generateLd, generateMemoryX } from './linker-script.ts';
import { generateOpenocd, missingForOpenocd } from './openocd.ts';
import { generateProbeRs } from './probe-rs.ts';
import { generateRust } from './rust.ts';
import { generateVscode } from './vscode.ts';

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
  { name: 'rust', description: 'Rust module: the same', generate: generateRust },
  { name: 'assemblyscript', description: 'the module kickstage/layout of firmware', generate: generateAssemblyScript },
  { name: 'openocd', description: 'configuration of OpenOCD', missing: missingForOpenocd, generate: generateOpenocd },
  { name: 'gdb', description: 'script of gdb for each image, with commands for the mailbox', generate: generateGdb },
  {
    name: 'vscode',
    description: 'tasks and debugging in the editor',
    missing: missingForOpenocd,
    generate: generateVscode,
  },
  { name: 'probe-rs', description: 'shell functions that write images with probe-rs', generate: generateProbeRs },
  {
    name: 'dfu',
    description: 'JSON for updaters: UF2 family, sectors, images',
    missing: missingForDfu,
    generate: generateDfuTargets,
  },
];
