/** What each kernel is run on: memory before the call, and arguments. The figures are those of docs/evidence.md. */

/** Where a kernel's memory begins. */
export const WORK = 0x2000_1000;
export const WORK_SIZE = 0x8000;

export interface Case {
  /** Name of the function in both sources. */
  readonly name: string;
  /** What it works on, for the table. */
  readonly load: string;
  /** Contents of the memory at WORK. */
  readonly memory: Uint8Array;
  /** Words for r0-r3; one list for each call. */
  readonly calls: readonly (readonly number[])[];
  /** Words of the result; none when absent. */
  readonly resultWords?: 1 | 2;
}

/** xorshift32 (Marsaglia, "Xorshift RNGs", 2003): the same words on every run. */
function* words(seed: number): Generator<number, never> {
  for (let x = seed; ; ) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    yield x >>> 0;
  }
}

function memoryOf(fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(WORK_SIZE);
  fill(new DataView(bytes.buffer));
  return bytes;
}

const randomWords = (count: number, seed: number) =>
  memoryOf((view) => {
    const source = words(seed);
    for (let i = 0; i < count; i++) view.setUint32(4 * i, source.next().value, true);
  });

const SIZE = 4096;
const FAR = WORK + SIZE;

const sameTwice = () =>
  memoryOf((view) => {
    const bytes = randomWords(SIZE / 4, 5).subarray(0, SIZE);
    for (const at of [0, SIZE]) new Uint8Array(view.buffer).set(bytes, at);
  });

/** Numbers separated by commas, whole and broken, and some that are none. */
function numbers(): Uint8Array {
  const kinds = ['17', '-4', '+208', '3.25', '-0.5', '6.02e23', '1e-9', '12e', 'x1', '4.5.6'];
  const source = words(7);
  let text = '';
  while (text.length < SIZE) text += `${kinds[source.next().value % kinds.length]},`;
  return memoryOf((view) => new Uint8Array(view.buffer).set(new TextEncoder().encode(text.slice(0, SIZE))));
}

/** 512 nodes of {next, value} in a shuffled order, the last one's next 0; gives the first one's address, too. */
function list(): { memory: Uint8Array; head: number } {
  const source = words(9);
  const order = Array.from({ length: 512 }, (_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const k = source.next().value % (i + 1);
    [order[i], order[k]] = [order[k], order[i]];
  }
  const memory = memoryOf((view) => {
    order.forEach((node, i) => {
      const next = order[i + 1];
      view.setUint32(8 * node, next === undefined ? 0 : WORK + 8 * next, true);
      view.setUint32(8 * node + 4, source.next().value & 3, true);
    });
  });
  return { memory, head: WORK + 8 * order[0] };
}

const { memory: nodes, head } = list();
const MATRIX = 16;

export const CASES: readonly Case[] = [
  { name: 'crc32Bitwise', load: '4096 bytes', memory: randomWords(1024, 1), calls: [[WORK, SIZE]], resultWords: 1 },
  { name: 'crc32Table', load: '4096 bytes', memory: randomWords(1024, 1), calls: [[WORK, SIZE]], resultWords: 1 },
  {
    name: 'sha256Block',
    load: '16 blocks',
    memory: randomWords(264, 2),
    calls: Array.from({ length: 16 }, (_, i) => [WORK, WORK + 32 + 64 * i, WORK + SIZE]),
  },
  { name: 'copyBytes', load: '4096 bytes', memory: randomWords(1024, 3), calls: [[FAR, WORK, SIZE]] },
  { name: 'fillBytes', load: '4096 bytes', memory: randomWords(1024, 3), calls: [[WORK, 0x1a5, SIZE]] },
  { name: 'compareBytes', load: '4096 equal bytes', memory: sameTwice(), calls: [[WORK, FAR, SIZE]], resultWords: 1 },
  { name: 'copyWords', load: '1024 words', memory: randomWords(1024, 4), calls: [[FAR, WORK, 1024]] },
  { name: 'insertionSort', load: '256 words', memory: randomWords(256, 6), calls: [[WORK, 256]] },
  {
    name: 'matrixProduct',
    load: '16 x 16 words',
    memory: randomWords(512, 8),
    calls: [[WORK, WORK + 4 * MATRIX * MATRIX, FAR, MATRIX]],
  },
  { name: 'stateMachine', load: '4096 characters', memory: numbers(), calls: [[WORK, SIZE]], resultWords: 1 },
  {
    name: 'multiplyAccumulate',
    load: '1024 products',
    memory: randomWords(2048, 10),
    calls: [[WORK, FAR, 1024]],
    resultWords: 2,
  },
  { name: 'listWalk', load: '512 nodes', memory: nodes, calls: [[head, 2]], resultWords: 1 },
];
