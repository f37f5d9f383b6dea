/** Noise from a seed, for memory whose content a power-on leaves undefined: xorshift32 (Marsaglia 2003). */
export function seededNoise(seed: number, into: Int32Array): void {
  let state = (seed ^ 0x9e3779b9) | 0 || 1;
  for (let i = 0; i < into.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    into[i] = state;
  }
}
