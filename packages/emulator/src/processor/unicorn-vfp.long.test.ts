/** The long campaign of random floating-point instructions, judged by Unicorn: registers, flags, FPSCR, memory. */
import { makeVfpCases } from '../../../../tools/unicorn/vfp-cases.ts';
import { campaignByUnicorn } from './unicorn-judge.ts';

campaignByUnicorn('unicorn-fpu', 'random floating-point instructions', makeVfpCases, 5, 4);
