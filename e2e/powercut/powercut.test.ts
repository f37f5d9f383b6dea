/** Power cuts on chips that exist. */
import { testSamples } from './sample-tests.ts';

testSamples((name) => !name.startsWith('uniform'), 200, 50_000);
