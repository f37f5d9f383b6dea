/** The programs that both machines execute; each name says what is looked at. */
import type { ExceptionProgram } from '../program.ts';
import { ENTRY_PROGRAMS } from './entry.ts';
import { FAULT_PROGRAMS } from './faults.ts';
import { FLOAT_PROGRAMS } from './floats.ts';
import { PROTECTION_PROGRAMS } from './protection.ts';
import { RETURN_PROGRAMS } from './returns.ts';

export const PROGRAMS: readonly ExceptionProgram[] = [
  ...ENTRY_PROGRAMS,
  ...FAULT_PROGRAMS,
  ...RETURN_PROGRAMS,
  ...FLOAT_PROGRAMS,
  ...PROTECTION_PROGRAMS,
];
