/**
 * What others need, measured once with Unicorn, instructions that an IT block skips included: gcc 12.2.1 -Os and clang
 * 16.0.6, -mcpu=cortex-m4 -mthumb. Signature checks alone are whole programs for one signature of 32 bytes, with all the
 * code that they link. MCUboot 2.4.0-114 verifies an image of 64 KiB; the figures are what its ECDSA and Ed25519 builds
 * take beyond the build that only hashes (bytes: overwrite-only, -Os), and the whole from reset to the app.
 */
export interface Baseline {
  readonly of: string;
  readonly bytes: number;
  readonly instructions: number;
}

export const BASELINES: Readonly<Record<string, readonly Baseline[]>> = {
  'SHA-256, 64 KiB': [
    { of: 'one block and its table · 1024, gcc -Os', bytes: 576, instructions: 3_674_432 },
    { of: 'the same, clang -O2', bytes: 986, instructions: 2_947_648 },
  ],
  'Ed25519, 32 bytes': [
    { of: 'orlp/ed25519, gcc -Os', bytes: 16_968, instructions: 1_328_782 },
    { of: 'Monocypher, gcc -Os', bytes: 10_848, instructions: 1_687_893 },
    { of: 'TweetNaCl, gcc -Os', bytes: 5_920, instructions: 61_844_142 },
    { of: 'MCUboot, beyond the hash', bytes: 16_220, instructions: 2_969_716 },
  ],
  'P-256, a digest': [{ of: 'MCUboot, beyond the hash', bytes: 4_656, instructions: 13_990_554 }],
  'SHA-256 and Ed25519': [{ of: 'MCUboot, from reset to the app', bytes: 21_412, instructions: 7_647_878 }],
  'SHA-256 and P-256': [{ of: 'MCUboot, from reset to the app', bytes: 9_848, instructions: 18_668_716 }],
};
