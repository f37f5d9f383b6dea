/** The cycle model against the manual's table. */
import { describe, expect, test } from 'vitest';
import { CYCLE_CLASSES } from './cycle-classes.ts';
import { measureCycles } from './measure-cycles.ts';

describe.each(CYCLE_CLASSES)('$name', ({ samples, least, most }) => {
  test.each(samples.map((halfwords) => [halfwords.map((half) => half.toString(16)).join(' '), halfwords] as const))(
    '%s',
    (_, halfwords) => {
      const { general, usual } = measureCycles(halfwords);
      expect(usual).toBe(general);
      expect(general).toBeGreaterThanOrEqual(least);
      expect(general).toBeLessThanOrEqual(most);
    },
  );
});
