/** Power cuts on chips that exist, and on sectors of 4 KiB that are erased to 0x00. */
import { testSamples } from './sample-tests.ts';

testSamples((name) => !name.startsWith('uniform 4K, ') || name.includes('0x00'), 70_000);
