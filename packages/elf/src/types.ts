/** ELF for the Arm 32-bit architecture: numbers of the format (System V ABI, gABI 4.1; ELF for the Arm Architecture, IHI 0044). */

export const ELF_MAGIC = 0x464c457f;
export const ELFCLASS32 = 1;
export const ELFDATA2LSB = 1;
export const EM_ARM = 40;
export const ET_REL = 1;
export const ET_EXEC = 2;
/** EABI version 5 with soft floating point calls. */
export const EF_ARM_EABI5_SOFT = 0x05000200;

export const PT_LOAD = 1;
export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;

export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_NOBITS = 8;
export const SHT_ARM_ATTRIBUTES = 0x70000003;
export const SHF_WRITE = 1;
export const SHF_ALLOC = 2;
export const SHF_EXECINSTR = 4;

export const STB_LOCAL = 0;
export const STB_GLOBAL = 1;
export const STT_NOTYPE = 0;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const SHN_ABS = 0xfff1;

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  /** Where it is at run time. */
  readonly address: number;
  /** Where its first contents are kept: differs for initialised data. */
  readonly loadAddress: number;
  /** Empty for NOBITS. */
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly alignment: number;
}

export interface ElfSymbol {
  readonly name: string;
  /** With the Thumb bit for functions. */
  readonly value: number;
  readonly size: number;
  readonly type: 'function' | 'object' | 'none';
  readonly binding: 'local' | 'global';
  /** Name of its section; undefined for an absolute symbol. */
  readonly section?: string;
}

/** A run of bytes to be loaded, with its physical and virtual address. */
export interface ElfSegment {
  readonly loadAddress: number;
  readonly address: number;
  readonly bytes: Uint8Array;
  /** At least `bytes.length`; the rest is zeroed by the program's start-up code. */
  readonly memorySize: number;
  readonly flags: number;
}

export interface ElfFile {
  readonly entry: number;
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
  readonly symbols: readonly ElfSymbol[];
}
