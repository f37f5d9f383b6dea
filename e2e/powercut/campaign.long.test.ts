/** The long campaign on all layouts (campaign-tests.ts says how to ask for more of it, and how to go on). */
import { testCampaign, testEmulatedCampaign } from './campaign-tests.ts';
import { emulatedLabOf, LAB_CASES, labOf } from './lab-project.ts';

testCampaign(LAB_CASES, (one) => labOf(one));

const EMULATED = LAB_CASES.filter(({ name }) => name.startsWith('F411, ') || name.startsWith('L476, '));
testEmulatedCampaign(EMULATED, emulatedLabOf, ({ scenarios }) => [scenarios[0]]);
