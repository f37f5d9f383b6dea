import { testFigures } from './figures-tests.ts';
import { CASES } from './update-cases.ts';

testFigures([CASES.F4_DIRECT, CASES.F4_OFFSET, CASES.F4_OVERWRITE, CASES.L4_SCRATCH, CASES.F4_NOR_ALTERNATE]);
