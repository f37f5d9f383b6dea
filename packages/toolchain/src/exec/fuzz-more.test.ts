/** The second half of fuzz.test.ts. */
import { fuzzTest } from './testing/fuzz-test.ts';

fuzzTest(1);
