/** The second half of fuzz.long.test.ts. */
import { longFuzzTest } from './fuzz-test.ts';

longFuzzTest(1);
