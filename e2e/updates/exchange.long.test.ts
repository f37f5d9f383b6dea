import { testExchanges } from './exchange-tests.ts';
import { CASES } from './update-cases.ts';

testExchanges([
  CASES.F4_OFFSET,
  CASES.F4_OVERWRITE,
  CASES.F4_NOR_SWAP,
  CASES.L4_ALTERNATE,
  CASES.L4_SCRATCH,
  CASES.L4_NOR_SWAP,
]);
