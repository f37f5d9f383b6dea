/** The long campaign of random single instructions, judged by Unicorn: registers, flags, memory. */
import { makeCases } from '../../../../tools/unicorn/cases.ts';
import { campaignByUnicorn } from '../../../../tools/unicorn/judge.ts';

campaignByUnicorn('unicorn', 'random instructions', makeCases, 3, 8);
