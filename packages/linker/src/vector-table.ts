/**
 * The vector table: initial stack pointer, then the handlers by exception number (DDI 0403E B1.5.3, and the chip's
 * interrupts behind). Functions exported under the vector's name fill it; a name that is nearly one is an error, because
 * such a handler would silently never run.
 */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import type { ChipFacts } from '@kickstage/chips/chip';
import { SYSTEM_HANDLERS } from './system-handlers.ts';

/** Handler name by vector index (exception number), for all vectors of a chip. */
export function vectorNames(chip: Pick<ChipFacts, 'interrupts'>): ReadonlyMap<number, string> {
  const names = new Map<number, string>(SYSTEM_HANDLERS);
  for (const { number, name } of chip.interrupts) names.set(16 + number, name);
  return names;
}

export interface VectorPlan {
  /** Symbol by vector index; absent ones get the default handler. */
  readonly entries: ReadonlyMap<number, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Which of the exported functions fill which vectors. `count` is the table's number of words. */
export function planVectors(chip: ChipFacts, exported: readonly string[], count: number, image: string): VectorPlan {
  const names = vectorNames(chip);
  const indexOf = new Map([...names].map(([index, name]) => [name, index]));
  const entries = new Map<number, string>();
  const diagnostics: Diagnostic[] = [];
  for (const name of exported) {
    const index = indexOf.get(name);
    if (index === undefined) {
      if (/_(IRQ)?Handler$/i.test(name) || /IRQ|Handl/i.test(name))
        diagnostics.push(unknownHandler(name, indexOf, image));
    } else if (index >= count) diagnostics.push(beyondTable(name, index, count, image));
    else entries.set(index, name);
  }
  return { entries, diagnostics };
}

function unknownHandler(name: string, known: ReadonlyMap<string, number>, image: string): Diagnostic {
  const near = nearMiss(name, known.keys());
  return {
    code: 'LNK001',
    severity: 'error',
    what: `\`${name}\` looks like an interrupt handler, but no vector has this name`,
    at: { path: image },
    why: 'the vector table is filled by name: this handler would never run',
    fix: near ? `did you mean ${near}?` : 'use the name of the vector, or another name if it is no handler',
  };
}

function beyondTable(name: string, index: number, count: number, image: string): Diagnostic {
  return {
    code: 'LNK002',
    severity: 'error',
    what: `\`${name}\` is vector ${index}, but the vector table of \`${image}\` has ${count} words`,
    at: { path: image },
    why: "the bootloader's table ends behind the system exceptions",
    fix: 'poll in the bootloader, or give it a whole vector table',
  };
}
