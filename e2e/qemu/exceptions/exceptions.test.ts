/** Exceptions on QEMU and on the virtual board: what a debugger sees at the same places of the same programs. */
import { describe } from 'vitest';
import { referee } from '../../../tools/referee.ts';
import { compareAll } from './compare.ts';
import { PROGRAMS } from './programs/all.ts';
import { randomPrograms } from './programs/random.ts';

const qemu = referee('qemu-system-arm');
const gcc = referee('arm-none-eabi-gcc');
const SEED = 1;

describe.skipIf(qemu.skip || gcc.skip)(`${qemu.label}, ${gcc.label}`, () => compareAll(PROGRAMS));
describe.skipIf(qemu.skip || gcc.skip)(`random programs from seed ${SEED}`, () => compareAll(randomPrograms(SEED, 12)));
