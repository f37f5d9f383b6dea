import type { Diagnostic } from '@kickstage/base/diagnostic';
import type { InterruptVector } from '@kickstage/chips/chip';
import type { PlaceOf } from '../locate.ts';
import type { BoardRule } from './rule.ts';

const CODE = 'MAP028';

/** The most that an interrupt controller of the architecture has (DDI 0403E B3.4.1). */
const MAX_INTERRUPTS = 496;

const PATH = 'board.chip.interrupts';

export const interrupts: BoardRule = {
  code: CODE,
  title: 'interrupts that do not fit the vector table',
  text: `The vector table of an app has 16 words for the architecture's exceptions and one for each interrupt: interruptCount of
them. It is the last position of the manual's vector table plus one, gaps included, not the number of names; the
architecture has ${MAX_INTERRUPTS} at most (DDI 0403E B3.4.1). Each named interrupt has a number below it, its own number and its own name:
a handler is found by its name.`,
  check: ({ chip }, at) => [...countProblems(chip, at), ...twins(chip.interrupts, at)],
};

interface Interrupts {
  readonly interruptCount: number;
  readonly interrupts: readonly InterruptVector[];
}

function countProblems({ interruptCount, interrupts }: Interrupts, at: PlaceOf): Diagnostic[] {
  const common = { code: CODE, severity: 'error' as const, at: at('board.chip.interruptCount') };
  if (interruptCount > MAX_INTERRUPTS)
    return [
      {
        ...common,
        what: `interruptCount is above ${MAX_INTERRUPTS}`,
        got: String(interruptCount),
        why: 'the interrupt controller has no more',
        fix: "write the last position of the manual's vector table plus one",
      },
    ];
  const beyond = interrupts.filter(({ number }) => number >= interruptCount);
  if (beyond.length === 0) return [];
  const last = beyond.reduce((a, b) => (b.number > a.number ? b : a));
  const others = beyond.length === 1 ? '' : `; ${beyond.length} interrupts are not below the count`;
  return [
    {
      ...common,
      what: `interruptCount leaves out \`${last.name}\``,
      got: `interruptCount is ${interruptCount}; ${last.name} has number ${last.number}${others}`,
      why: "an app's vector table ends before it: its handler could not be called",
      fix: `set it to ${last.number + 1} at least, or mend the number`,
      notes: [{ text: `\`${last.name}\` is defined`, at: at(`${PATH}.${interrupts.indexOf(last)}`) }],
    },
  ];
}

/** Interrupts that have the number or the name of an earlier one. */
function twins(vectors: readonly InterruptVector[], at: PlaceOf): Diagnostic[] {
  const byNumber = new Map<number, number>();
  const byName = new Map<string, number>();
  return vectors.flatMap(({ number, name }, i): Diagnostic[] => {
    const sameNumber = byNumber.get(number);
    const sameName = byName.get(name);
    byNumber.set(number, sameNumber ?? i);
    byName.set(name, sameName ?? i);
    const earlier = sameNumber ?? sameName;
    if (earlier === undefined) return [];
    const other = vectors[earlier];
    return [
      {
        code: CODE,
        severity: 'error',
        what:
          sameNumber === undefined
            ? `\`${name}\` is the name of two interrupts`
            : `interrupts \`${other.name}\` and \`${name}\` have the same number`,
        at: at(`${PATH}.${i}`),
        got: sameNumber === undefined ? `${other.number} and ${number}` : String(number),
        why: sameNumber === undefined ? 'a handler is found by its name' : 'a number has one place in the vector table',
        fix: `mend the ${sameNumber === undefined ? 'name' : 'number'} of one of them`,
        notes: [{ text: 'the other is defined', at: at(`${PATH}.${earlier}`) }],
      },
    ];
  });
}
