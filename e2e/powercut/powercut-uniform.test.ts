/** Power cuts on flash of equal small sectors. */
import { testSamples } from './sample-tests.ts';

testSamples((name) => name.startsWith('uniform 4K, ') && !name.includes('0x00'), 40_000);
