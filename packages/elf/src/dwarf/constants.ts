/** Numbers of the format DWARF, version 4 (dwarfstd.org, 10 June 2010, chapter 7), as far as they are written here. */

export const DWARF_VERSION = 4;
/** .debug_aranges has a version of its own (7.20). */
export const ARANGES_VERSION = 2;

/** Tags, 7.5.4, figure 18. */
export const TAG = {
  array_type: 0x01,
  class_type: 0x02,
  formal_parameter: 0x05,
  member: 0x0d,
  pointer_type: 0x0f,
  compile_unit: 0x11,
  structure_type: 0x13,
  subroutine_type: 0x15,
  typedef: 0x16,
  inheritance: 0x1c,
  subrange_type: 0x21,
  base_type: 0x24,
  subprogram: 0x2e,
  variable: 0x34,
} as const;

/** Attributes, 7.5.4, figure 20. */
export const AT = {
  location: 0x02,
  name: 0x03,
  byte_size: 0x0b,
  stmt_list: 0x10,
  low_pc: 0x11,
  high_pc: 0x12,
  language: 0x13,
  comp_dir: 0x1b,
  const_value: 0x1c,
  producer: 0x25,
  prototyped: 0x27,
  upper_bound: 0x2f,
  count: 0x37,
  data_member_location: 0x38,
  decl_file: 0x3a,
  decl_line: 0x3b,
  encoding: 0x3e,
  external: 0x3f,
  frame_base: 0x40,
  type: 0x49,
  ranges: 0x55,
  main_subprogram: 0x6a,
  linkage_name: 0x6e,
  noreturn: 0x87,
} as const;

/** Forms, 7.5.4, figure 21. */
export const FORM = {
  addr: 0x01,
  data2: 0x05,
  data4: 0x06,
  data1: 0x0b,
  sdata: 0x0d,
  strp: 0x0e,
  udata: 0x0f,
  ref4: 0x13,
  sec_offset: 0x17,
  exprloc: 0x18,
  flag_present: 0x19,
} as const;

/** Encodings of base types, 7.8. */
export const ATE = { boolean: 0x02, float: 0x04, signed: 0x05, unsigned: 0x07, utf: 0x10 } as const;

/** Languages, 7.12. */
export const LANG_C99 = 0x0c;

/** Operations of location expressions, 7.7.1. */
export const OP = {
  addr: 0x03,
  constu: 0x10,
  consts: 0x11,
  reg0: 0x50,
  breg0: 0x70,
  regx: 0x90,
  fbreg: 0x91,
  piece: 0x93,
  bit_piece: 0x9d,
  call_frame_cfa: 0x9c,
  stack_value: 0x9f,
} as const;

/** Line number program: standard opcodes and extended ones, 7.21. */
export const LNS = {
  copy: 1,
  advance_pc: 2,
  advance_line: 3,
  set_file: 4,
  set_column: 5,
  negate_stmt: 6,
  set_prologue_end: 10,
} as const;
export const LNE = { end_sequence: 1, set_address: 2 } as const;

/** Call frame instructions, 7.23. `advance_loc`, `offset` and `restore` carry an operand in their low six bits. */
export const CFA = {
  advance_loc: 0x40,
  offset: 0x80,
  restore: 0xc0,
  nop: 0x00,
  advance_loc1: 0x02,
  advance_loc2: 0x03,
  advance_loc4: 0x04,
  offset_extended: 0x05,
  restore_extended: 0x06,
  undefined: 0x07,
  same_value: 0x08,
  def_cfa: 0x0c,
  def_cfa_offset: 0x0e,
} as const;
