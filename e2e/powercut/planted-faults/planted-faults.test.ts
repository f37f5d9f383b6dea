/**
 * Does the lab see what it is there to see? Faults are planted in boot core, journal and app library; each must be found.
 * All of them where referees are required, or with KICKSTAGE_FAULTS=all; else some, chosen by the constants below.
 */
import { describe, expect, test } from 'vitest';
import { IS_THOROUGH } from '../../../tools/thorough.ts';
import { PLANTED_FAULTS } from './faults.ts';
import { findFault, plant } from './find-fault.ts';

const EVERY = 24;
const FIRST = 5;

test('each fault can be planted', () => {
  expect(PLANTED_FAULTS.length).toBeGreaterThanOrEqual(25);
  for (const fault of PLANTED_FAULTS) expect(plant(fault).size).toBeGreaterThan(0);
});

const isAll = IS_THOROUGH || process.env.KICKSTAGE_FAULTS === 'all';
const isChosen = (n: number) => isAll || n % EVERY === FIRST;

describe('found', () => {
  test.each(PLANTED_FAULTS.filter((_, n) => isChosen(n)))('$name ($where)', async (fault) => {
    const { failure } = await findFault(fault);
    expect(failure).toBeDefined();
  });
});
