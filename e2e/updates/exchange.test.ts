import { IS_THOROUGH } from '../../tools/thorough.ts';
import { testExchanges } from './exchange-tests.ts';
import { CASES } from './update-cases.ts';

testExchanges([
  CASES.F4_DIRECT,
  CASES.F4_ALTERNATE,
  ...(IS_THOROUGH ? [CASES.F4_SCRATCH, CASES.F4_NOR_ALTERNATE, CASES.L4_DIRECT] : []),
  CASES.L4_OFFSET,
]);
