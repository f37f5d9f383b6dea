/** The second half of fuzz.test.ts. */
import { fuzzTest } from './fuzz-test.ts';

fuzzTest(1);
