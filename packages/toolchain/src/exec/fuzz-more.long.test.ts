/** The second half of fuzz.long.test.ts. */
import { longFuzzTest } from './testing/fuzz-test.ts';

longFuzzTest(1);
