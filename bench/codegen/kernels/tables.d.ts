/** The tables that `tables.ts` of the benchmark makes: addresses of static data. */
export const CRC_TABLE: usize;
export const ROUND_CONSTANTS: usize;
