/** Names of a module's parts as symbols. */

/** The module's table 0 as a data object. */
export const TABLE = 'table.0';

/** A data segment as a data object. */
export function segmentSymbol(index: number): string {
  return `segment.${index}`;
}
