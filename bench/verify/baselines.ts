/**
 * What MCUboot takes for the same: 2.4.0-114, gcc 12.2.1 -Os, -mcpu=cortex-m4, swap with scratch, its own vector table
 * of 16 words, one slot pair, no log; an image of 512 + 65,024 bytes, nothing pending. Measured once with Unicorn,
 * instructions that an IT block skips included.
 */
export const BASELINES: Readonly<Record<string, { readonly bytes: number; readonly instructions: number }>> = {
  'SHA-256': { bytes: 7688, instructions: 4_692_490 },
  Ed25519: { bytes: 23_916, instructions: 7_662_206 },
  'P-256': { bytes: 12_352, instructions: 18_683_044 },
};
