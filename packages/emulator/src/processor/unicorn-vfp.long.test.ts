/** The long campaign of random floating-point instructions, judged by Unicorn: registers, flags, FPSCR, memory. */

import { campaignByUnicorn } from '../../../../tools/unicorn/judge.ts';
import { makeVfpCases } from '../../../../tools/unicorn/vfp-cases.ts';

campaignByUnicorn('unicorn-fpu', 'random floating-point instructions', makeVfpCases, 5, 4);
