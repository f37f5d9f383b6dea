/** What may be wrong with an ELF file. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const ELF_CODES: readonly CodeExplanation[] = [
  {
    code: 'ELF001',
    title: 'not an ELF file',
    text: 'An ELF file begins with the bytes 7F 45 4C 46. This one does not: it may be a raw binary, a HEX or a UF2 file.',
  },
  {
    code: 'ELF002',
    title: 'a malformed ELF file',
    text: 'A header, table, name or section lies outside the file, or sizes contradict each other. The file may be cut short.',
  },
  {
    code: 'ELF003',
    title: 'an ELF file for another machine',
    text: `Kickstage takes linked 32-bit little-endian executables for Arm. An object file (.o) must be linked first; a program
of the host computer is none.`,
  },
];
