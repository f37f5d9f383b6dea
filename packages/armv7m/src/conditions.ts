/** Condition codes of conditional branches and IT blocks: DDI 0403E A7.3, table A7-1. */
import { invariant } from '@kickstage/base/invariant';

/** Names by code 0..14. 15 does not exist. */
export const CONDITION_NAMES = [
  'eq',
  'ne',
  'cs',
  'cc',
  'mi',
  'pl',
  'vs',
  'vc',
  'hi',
  'ls',
  'ge',
  'lt',
  'gt',
  'le',
  'al',
] as const;

export type ConditionName = (typeof CONDITION_NAMES)[number];

/** Code of "always". */
export const AL = 14;

/** Code 0..14 of a condition by name. */
export function conditionCode(name: ConditionName): number {
  return CONDITION_NAMES.indexOf(name);
}

/** The code that holds exactly when `condition` (0..13) does not. */
export function invertCondition(condition: number): number {
  invariant(condition >= 0 && condition < AL, `condition ${condition} has no inverse`);
  return condition ^ 1;
}
