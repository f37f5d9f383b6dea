/** Random single instructions, judged by Unicorn: registers, flags, memory. */
import { makeCases } from '../../../../tools/unicorn/cases.ts';
import { judgedByUnicorn } from '../../../../tools/unicorn/judge.ts';

judgedByUnicorn('random instructions', makeCases, 5_000, 2, 1 / 3);
