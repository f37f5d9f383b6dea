/** Modules of binaryen's fuzzer at length: 100,000 in two halves (testing/fuzz-test.ts says how to bound and resume it). */
import { longFuzzTest } from './fuzz-test.ts';

longFuzzTest(0);
