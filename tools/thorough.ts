/**
 * How many random cases a test takes: all of them where the referees are required (CI), a third of them by default, so that
 * `npm test` stays short. KICKSTAGE_COUNT names a number.
 */
const { KICKSTAGE_REFEREES, KICKSTAGE_COUNT } = process.env;

export const IS_THOROUGH = KICKSTAGE_REFEREES === 'required';

export function caseCount(all: number): number {
  return Number(KICKSTAGE_COUNT ?? (IS_THOROUGH ? all : Math.ceil(all / 3)));
}
