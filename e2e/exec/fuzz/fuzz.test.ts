/**
 * Modules of binaryen's fuzzer beside V8, at every level: a sample in the ordinary run, 2,000 in CI
 * (KICKSTAGE_REFEREES=required), one half here and one in fuzz-more.test.ts, so that they run at the same time.
 * KICKSTAGE_SEED and KICKSTAGE_COUNT choose others.
 */
import { fuzzTest } from './fuzz-test.ts';

fuzzTest(0);
