import type { Diagnostic } from '@kickstage/base/diagnostic';
import type { AppConfig } from '../define.ts';
import { MAX_UPDATABLE } from '../updates/config.ts';
import { updateOf } from '../updates/plan.ts';
import type { ConfigParts } from '../validate.ts';
import type { ConfigRule } from './rule.ts';

const CODE = 'MAP031';

export const updateSettings: ConfigRule = {
  code: CODE,
  title: 'updates that cannot be as they are written',
  text: `Settings of \`update\` that do not go together: \`direct\` runs an image where it was downloaded, so that downloads cannot
lie in external flash; external flash must be among the facts of the board; a slot that shares an erase sector cannot be
exchanged, for that would erase the neighbour; at most ${MAX_UPDATABLE} apps can be updated, because the journal has four bits for
each.`,
  check(parts, at) {
    const updatable = [...parts.apps].filter(([, app]) => app.update !== undefined);
    const found = updatable.flatMap(([name, app]) =>
      problemsOf(app, parts).map(
        ({ what, why, fix }): Diagnostic => ({
          code: CODE,
          severity: 'error',
          what: `\`${name}\` ${what}`,
          at: at(`apps.${name}.update`),
          why,
          fix,
        }),
      ),
    );
    if (updatable.length <= MAX_UPDATABLE) return found;
    const tooMany: Diagnostic = {
      code: CODE,
      severity: 'error',
      what: `${updatable.length} apps have an \`update\``,
      at: at(`apps.${updatable[MAX_UPDATABLE][0]}.update`),
      why: `the journal has room for ${MAX_UPDATABLE}`,
      fix: 'remove it from the others',
    };
    return [...found, tooMany];
  },
};

interface Problem {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

function problemsOf(app: AppConfig, { board }: ConfigParts): Problem[] {
  const { strategy, memory, scratch } = updateOf(app);
  const problems: Problem[] = [];
  if (memory === 'external' && board && !board.externalFlash)
    problems.push({
      what: 'has its downloads in external flash, and the board has none',
      why: `the facts of ${board.name} name no external flash`,
      fix: "leave out memory: 'external', or add externalFlash to the board",
    });
  if (memory === 'external' && strategy === 'direct')
    problems.push({
      what: 'runs from its download slot, which lies in external flash',
      why: 'the processor cannot execute from serial flash',
      fix: "choose strategy: 'alternate', or leave out memory: 'external'",
    });
  if (scratch === true && strategy !== 'swap')
    problems.push({
      what: "asks for scratch without strategy: 'swap'",
      why: 'no other strategy uses it',
      fix: "add strategy: 'swap', or leave out scratch",
    });
  if (app.sharedSectors === 'preserve')
    problems.push({
      what: 'shares an erase sector and cannot be updated',
      why: 'exchanging it would erase what else is in the sector',
      fix: 'leave out sharedSectors and at: the tool gives it sectors of its own',
    });
  return problems;
}
