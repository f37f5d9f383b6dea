/**
 * Steps of a calculation, four hexadecimal digits each: a kind, and three places. Where places are is written in a list of
 * 16 addresses.
 */

// biome-ignore lint/complexity/noStaticOnlyClass: only a static method can ask to be inlined
export class Step {
  @inline static kind(step: u32): u32 {
    return step >>> 12;
  }

  @inline static out(step: u32, places: usize): usize {
    return load<usize>(places + (((step >>> 8) & 15) << 2));
  }

  @inline static first(step: u32, places: usize): usize {
    return load<usize>(places + (((step >>> 4) & 15) << 2));
  }

  @inline static second(step: u32, places: usize): usize {
    return load<usize>(places + ((step & 15) << 2));
  }

  /** The numbers from `start` on, 8 words each, become the places from `first` to 15 or before `end`. */
  static place(places: usize, first: u32, end: u32, start: usize): void {
    for (; first < end; first++) {
      store<usize>(places + (first << 2), start);
      start += 32;
    }
  }
}
