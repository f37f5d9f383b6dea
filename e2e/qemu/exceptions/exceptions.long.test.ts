/** The long campaign of random programs of exceptions, in QEMU and on the virtual board. `SEED` is where it begins. */
import { describe } from 'vitest';
import { referee } from '../../../tools/referee.ts';
import { compareAll } from './compare.ts';
import { randomPrograms } from './programs/random.ts';

const qemu = referee('qemu-system-arm');
const gcc = referee('arm-none-eabi-gcc');
const SEED = Number(process.env.SEED ?? 1000);
/** One image holds so many. */
const AT_ONCE = 100;

describe.skipIf(qemu.skip || gcc.skip).each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(`from seed ${SEED}, part %i`, (part) =>
  compareAll(randomPrograms(SEED + part * AT_ONCE, AT_ONCE)),
);
