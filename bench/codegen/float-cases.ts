/** What each kernel with floats is run on. */
import { type Case, WORK, WORK_SIZE } from './cases.ts';

/** Numbers of -1..1 from a linear congruential generator (Numerical Recipes, 7.1). */
function numbers(count: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(WORK_SIZE);
  const view = new DataView(bytes.buffer);
  let x = seed;
  for (let i = 0; i < count; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) | 0;
    view.setFloat32(4 * i, x / 2 ** 31, true);
  }
  return bytes;
}

const FAR = WORK + 0x1000;
const FARTHER = WORK + 0x2000;

/** A low pass at a tenth of the sampling rate, and no state. */
function filtered(): Uint8Array {
  const bytes = numbers(512, 5);
  const view = new DataView(bytes.buffer);
  const coefficients = [0.0675, 0.1349, 0.0675, -1.143, 0.4128, 0, 0, 0, 0];
  coefficients.forEach((value, i) => void view.setFloat32(0x1000 + 4 * i, value, true));
  return bytes;
}

export const FLOAT_CASES: readonly Case[] = [
  { name: 'firFilter', load: '64 x 32 taps', memory: numbers(1056, 1), calls: [[FARTHER, WORK, FAR, 32]] },
  { name: 'matrixProductFloat', load: '16 x 16', memory: numbers(2048, 2), calls: [[WORK, FAR, FARTHER, 16]] },
  { name: 'mandelbrot', load: '16 x 16, 50 turns', memory: new Uint8Array(0), calls: [[16, 50]], resultWords: 1 },
  { name: 'biquad', load: '512 samples', memory: filtered(), calls: [[FARTHER, WORK, FAR, 512]] },
  { name: 'normalize', load: '128 vectors', memory: numbers(384, 3), calls: [[WORK, 128]] },
  { name: 'quantize', load: '512 samples', memory: numbers(512, 4), calls: [[FAR, WORK, 512]] },
];
