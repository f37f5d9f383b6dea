import { testFigures } from './figures-tests.ts';
import { CASES } from './update-cases.ts';

testFigures([CASES.F4_ALTERNATE, CASES.F4_SCRATCH, CASES.L4_OFFSET]);
