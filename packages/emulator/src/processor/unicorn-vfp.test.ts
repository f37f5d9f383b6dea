/** Random floating-point instructions, judged by Unicorn: registers, flags, FPSCR, memory. */
import { makeVfpCases } from '../../../../tools/unicorn/vfp-cases.ts';
import { judgedByUnicorn } from './unicorn-judge.ts';

judgedByUnicorn('random floating-point instructions', makeVfpCases, 5_000, 4);
