/** Random floating-point instructions, judged by Unicorn: registers, flags, FPSCR, memory. */

import { judgedByUnicorn } from '../../../../tools/unicorn/judge.ts';
import { makeVfpCases } from '../../../../tools/unicorn/vfp-cases.ts';

judgedByUnicorn('random floating-point instructions', makeVfpCases, 5_000, 4, 1 / 3);
