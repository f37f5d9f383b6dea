/**
 * Reads .debug_frame, apart from what writes it: DWARF 4, 6.4 and 7.23. Gives for an address the rules that hold there.
 */
import { ByteReader } from '@kickstage/base/bytes';

export interface CfiRow {
  readonly address: number;
  readonly cfaRegister: number;
  readonly cfaOffset: number;
  /** Offset from the CFA, or undefined: the caller's value is lost. Registers that are absent are the caller's. */
  readonly registers: ReadonlyMap<number, number | 'undefined'>;
}

export interface Fde {
  readonly start: number;
  readonly end: number;
  readonly rows: readonly CfiRow[];
}

interface Cie {
  readonly codeAlignment: number;
  readonly dataAlignment: number;
  readonly returnRegister: number;
  readonly row: CfiRow;
}

function uleb(reader: ByteReader): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = reader.u8();
    value += (byte & 0x7f) * 2 ** shift;
    if ((byte & 0x80) === 0) return value;
  }
}

function sleb(reader: ByteReader): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = reader.u8();
    value += (byte & 0x7f) * 2 ** shift;
    if (byte & 0x80) continue;
    return byte & 0x40 ? value - 2 ** (shift + 7) : value;
  }
}

/** Runs call frame instructions; gives the rows, the first at `start`. */
function run(reader: ByteReader, end: number, start: CfiRow, cie: Pick<Cie, 'codeAlignment' | 'dataAlignment'>) {
  const rows: CfiRow[] = [];
  let { address, cfaRegister, cfaOffset } = start;
  let registers = new Map(start.registers);
  const initial = new Map(start.registers);
  const advance = (units: number) => {
    rows.push({ address, cfaRegister, cfaOffset, registers });
    registers = new Map(registers);
    address += units * cie.codeAlignment;
  };
  while (reader.position < end) {
    const opcode = reader.u8();
    const low = opcode & 0x3f;
    if (opcode >>> 6 === 1) advance(low);
    else if (opcode >>> 6 === 2) registers.set(low, uleb(reader) * cie.dataAlignment);
    else if (opcode >>> 6 === 3) {
      const before = initial.get(low);
      if (before === undefined) registers.delete(low);
      else registers.set(low, before);
    } else if (opcode === 0x02) advance(reader.u8());
    else if (opcode === 0x03) advance(reader.u16());
    else if (opcode === 0x04) advance(reader.u32());
    else if (opcode === 0x07) registers.set(uleb(reader), 'undefined');
    else if (opcode === 0x08) registers.delete(uleb(reader));
    else if (opcode === 0x0c) {
      cfaRegister = uleb(reader);
      cfaOffset = uleb(reader);
    } else if (opcode === 0x0e) cfaOffset = uleb(reader);
    else if (opcode === 0x11) registers.set(uleb(reader), sleb(reader) * cie.dataAlignment);
    else if (opcode !== 0) throw new Error(`call frame instruction 0x${opcode.toString(16)}`);
  }
  rows.push({ address, cfaRegister, cfaOffset, registers });
  return rows;
}

export function readDebugFrame(bytes: Uint8Array): Fde[] {
  const reader = new ByteReader(bytes);
  const cies = new Map<number, Cie>();
  const fdes: Fde[] = [];
  while (reader.position < bytes.length) {
    const at = reader.position;
    const end = reader.u32() + at + 4;
    const id = reader.u32();
    if (id === 0xffff_ffff) {
      const [version, augmentation, addressSize, segmentSize] = [reader.u8(), reader.u8(), reader.u8(), reader.u8()];
      if (version !== 4 || augmentation !== 0 || addressSize !== 4 || segmentSize !== 0) throw new Error('a CIE');
      const alignments = { codeAlignment: uleb(reader), dataAlignment: sleb(reader) };
      const returnRegister = uleb(reader);
      const empty = { address: 0, cfaRegister: -1, cfaOffset: 0, registers: new Map() };
      cies.set(at, { ...alignments, returnRegister, row: run(reader, end, empty, alignments)[0] });
    } else {
      const cie = cies.get(id)!;
      const start = reader.u32();
      const size = reader.u32();
      const rows = run(reader, end, { ...cie.row, address: start }, cie);
      fdes.push({ start, end: start + size, rows });
    }
    if (reader.position !== end) throw new Error(`an entry at ${at} ends elsewhere`);
  }
  return fdes;
}

/** The rules at an address. */
export function rulesAt(fdes: readonly Fde[], address: number): CfiRow | undefined {
  const fde = fdes.find(({ start, end }) => address >= start && address < end);
  return fde?.rows.findLast((row) => row.address <= address);
}
