import { STRATEGY_ALTERNATE, STRATEGY_DIRECT } from 'kickstage/firmware/abi/update';
import { strategyOf } from 'kickstage/layout';
import { takeOther } from './state';

/** After an update is confirmed: the bank or copy that it came from is the one in use. */
export function takeOtherCopy(app: u32, index: u32): void {
  const strategy = strategyOf(app);
  if (strategy === STRATEGY_DIRECT || strategy === STRATEGY_ALTERNATE) takeOther(index);
}
