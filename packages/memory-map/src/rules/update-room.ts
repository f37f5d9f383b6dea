import { formatSize } from '@kickstage/base/hex';
import { regionOwner } from '../updates/plan.ts';
import type { SlotRule } from './rule.ts';

const CODE = 'MAP030';

/** What a region is for, in words. */
function purpose(name: string): string {
  if (name === 'scratch') return 'the scratch area of `swap`';
  if (name.startsWith('journal')) return 'the journal, which needs two erase sectors of its own';
  return `a download slot of \`${regionOwner(name)}\``;
}

export const updateRoom: SlotRule = {
  code: CODE,
  title: 'no room for what updates need',
  text: `An app that can be updated needs a place for the new image, and the journal two erase sectors: \`direct\` and
\`overwrite\` one download slot, \`alternate\` two, \`swap\` one and either a sector more or a scratch area as large as the
largest sector of the app's slot. Where the config names no strategy, the tool has tried all that keep a way back.

Make the app smaller, name another strategy, or put downloads into external flash:
update: { memory: 'external' }. \`kickstage map\` shows who uses what.`,
  check: ({ plan, at }) =>
    plan.failures.map((failure) => {
      const { request } = failure;
      const owner = regionOwner(request.name);
      const place = at(request.name.includes('.download') ? `apps.${owner}.update` : 'apps');
      const found =
        failure.kind === 'no-room'
          ? `it needs ${formatSize(request.size)}; the largest run of free sectors has ${formatSize(failure.largest)}`
          : `the lock has it where ${failure.taken ? `\`${failure.taken.name}\` is now` : 'no such region can be'}`;
      return {
        code: CODE,
        severity: 'error' as const,
        what: `there is no room for ${purpose(request.name)}`,
        at: place,
        got: found,
        why: 'it is placed in whole erase sectors of its own',
        fix: "make an app smaller, name another strategy, or use external flash: update: { memory: 'external' }",
      };
    }),
};
