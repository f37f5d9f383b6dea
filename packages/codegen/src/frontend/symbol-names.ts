/** Names of a module's parts as symbols. */

/** A table as a data object. */
export function tableSymbol(index: number): string {
  return `table.${index}`;
}

/** A word: elements that a table has now. */
export function tableSizeSymbol(index: number): string {
  return `table.${index}.size`;
}

/** Of a table: i64, i32 -> i32, table.grow. */
export function tableGrowSymbol(index: number): string {
  return `__ks_table_grow.${index}`;
}

/** A table of the functions that the code refers to. */
export const REFERENCES = 'function.references';

/** A data segment as a data object. */
export function segmentSymbol(index: number): string {
  return `segment.${index}`;
}
