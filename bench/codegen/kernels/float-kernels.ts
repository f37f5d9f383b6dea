/**
 * Kernels with f32 in AssemblyScript. `float-kernels.c` has the same algorithms, line by line; a change here is a change
 * there.
 */

/** Finite impulse response: `count` outputs of `taps` products each. */
export function firFilter(to: usize, from: usize, coefficients: usize, taps: u32): void {
  for (let i: u32 = 0; i < 64; i++) {
    let sum: f32 = 0;
    for (let k: u32 = 0; k < taps; k++) sum += load<f32>(from + ((i + k) << 2)) * load<f32>(coefficients + (k << 2));
    store<f32>(to + (i << 2), sum);
  }
}

export function matrixProductFloat(a: usize, b: usize, c: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    for (let j: u32 = 0; j < n; j++) {
      let sum: f32 = 0;
      for (let k: u32 = 0; k < n; k++) sum += load<f32>(a + ((i * n + k) << 2)) * load<f32>(b + ((k * n + j) << 2));
      store<f32>(c + ((i * n + j) << 2), sum);
    }
  }
}

/** Turns until a point leaves the circle, for `size` times `size` points; gives the sum. */
export function mandelbrot(size: u32, most: u32): u32 {
  let turns: u32 = 0;
  const step: f32 = <f32>3 / <f32>size;
  for (let row: u32 = 0; row < size; row++) {
    const y0 = <f32>row * step - <f32>1.5;
    for (let column: u32 = 0; column < size; column++) {
      const x0 = <f32>column * step - <f32>2;
      let x: f32 = 0;
      let y: f32 = 0;
      for (let turn: u32 = 0; turn < most; turn++) {
        const xx = x * x;
        const yy = y * y;
        if (xx + yy > 4) break;
        y = <f32>2 * x * y + y0;
        x = xx - yy + x0;
        turns++;
      }
    }
  }
  return turns;
}

/** A second-order filter, direct form 1: five coefficients, then the state. */
export function biquad(to: usize, from: usize, filter: usize, count: u32): void {
  const b0 = load<f32>(filter, 0);
  const b1 = load<f32>(filter, 4);
  const b2 = load<f32>(filter, 8);
  const a1 = load<f32>(filter, 12);
  const a2 = load<f32>(filter, 16);
  let x1 = load<f32>(filter, 20);
  let x2 = load<f32>(filter, 24);
  let y1 = load<f32>(filter, 28);
  let y2 = load<f32>(filter, 32);
  for (let i: u32 = 0; i < count; i++) {
    const x = load<f32>(from + (i << 2));
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    store<f32>(to + (i << 2), y);
  }
  store<f32>(filter, x1, 20);
  store<f32>(filter, x2, 24);
  store<f32>(filter, y1, 28);
  store<f32>(filter, y2, 32);
}

/** Vectors of three, brought to length 1. */
export function normalize(vectors: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const x = load<f32>(vectors, 0);
    const y = load<f32>(vectors, 4);
    const z = load<f32>(vectors, 8);
    const length = Mathf.sqrt(x * x + y * y + z * z);
    if (length > 0) {
      const scale = <f32>1 / length;
      store<f32>(vectors, x * scale, 0);
      store<f32>(vectors, y * scale, 4);
      store<f32>(vectors, z * scale, 8);
    }
    vectors += 12;
  }
}

/** Samples of -1..1 to bytes, those outside to the nearest. */
export function quantize(to: usize, from: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    let x = load<f32>(from + (i << 2)) * <f32>127.5 + <f32>128;
    if (x < 0) x = 0;
    if (x > 255) x = 255;
    store<u8>(to + i, <u32>x);
  }
}
