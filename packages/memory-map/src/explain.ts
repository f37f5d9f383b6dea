/** `explain CODE` for the codes of the memory map. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';
import { MAP_CODES } from './catalogue.ts';

/** What is behind a diagnostic's code (`MAP013`, in any case of letters); undefined for a code that is not ours. */
export function explain(code: string): CodeExplanation | undefined {
  const wanted = code.toUpperCase();
  return MAP_CODES.find((entry) => entry.code === wanted);
}
