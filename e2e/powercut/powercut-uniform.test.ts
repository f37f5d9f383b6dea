/** Power cuts on flash of equal small sectors, erased to 0xFF and to 0x00. */
import { testSamples } from './sample-tests.ts';

testSamples((name) => name.startsWith('uniform'), 580, 45_000);
