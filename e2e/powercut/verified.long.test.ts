/** The long campaign of signed products: nothing is lost, and nothing is installed that is to be refused. */
import { emulatedScenarios } from '@kickstage/testbench/powercut/lab';
import { testCampaign, testEmulatedCampaign } from './campaign-tests.ts';
import { emulatedVerifiedLabOf, VERIFIED_CASES, verifiedLabOf } from './verified-lab.ts';

testCampaign(VERIFIED_CASES, (one) => verifiedLabOf(one));
testEmulatedCampaign(VERIFIED_CASES, emulatedVerifiedLabOf, emulatedScenarios);
