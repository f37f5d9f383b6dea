import type { Random } from '@kickstage/codegen/testing/random';

export function randomBytes(random: Random, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, () => random.below(256));
}
