/** One fault: an instruction is left out, or what it has written to a register is 0. Source of the encodings: packages/armv7m. */
import { decode } from '@kickstage/armv7m/decode';
import type { Machine } from '@kickstage/emulator/machine';

export type Fault = { readonly kind: 'skip' } | { readonly kind: 'zero'; readonly register: number };

const LR = 14;
const PC = 15;

/** The instruction at the program counter. */
export function instructionAt(machine: Machine, pc: number) {
  const bytes = machine.readMemory(pc, 4);
  if (!bytes) return undefined;
  const first = bytes[0] | (bytes[1] << 8);
  const second = bytes[2] | (bytes[3] << 8);
  return decode(first, second);
}

/** All faults of the instruction at `pc`. */
export function faultsAt(machine: Machine, pc: number): Fault[] {
  const found = instructionAt(machine, pc);
  if (!found) return [];
  return [{ kind: 'skip' }, ...destinations(found.mnemonic, found.operands).map((register) => zero(register))];
}

const zero = (register: number): Fault => ({ kind: 'zero', register });

/** Registers that an instruction writes, the program counter aside: jumps are left out by `skip`. */
function destinations(mnemonic: string, operands: Readonly<Record<string, number>>): number[] {
  const found = new Set<number>();
  const add = (register: number | undefined) => {
    if (register !== undefined && register !== PC) found.add(register);
  };
  if (/^(?:CMP|CMN|TST|TEQ)$/.test(mnemonic)) return [];
  for (const name of ['Rd', 'RdLo', 'RdHi'] as const) add(operands[name]);
  if (mnemonic.startsWith('LDR')) for (const name of ['Rt', 'Rt2'] as const) add(operands[name]);
  if (/^(?:POP|LDM)/.test(mnemonic)) for (let n = 0; n < PC; n++) if ((operands.registers >> n) & 1) add(n);
  if (operands.wback === 1) add(operands.Rn);
  if (/^BLX?$/.test(mnemonic)) add(LR);
  return [...found];
}

/** Does the fault at the program counter. */
export function inject(machine: Machine, fault: Fault): void {
  const { cpu } = machine;
  if (fault.kind === 'zero') {
    machine.step();
    cpu.r[fault.register] = 0;
    return;
  }
  const { size } = instructionAt(machine, cpu.pc >>> 0)!;
  cpu.pc += size;
  // An instruction of an IT block is left out, its place in the block is not.
  if (cpu.it !== 0) cpu.it = (cpu.it & 7) === 0 ? 0 : (cpu.it & 0xe0) | ((cpu.it << 1) & 0x1f);
}
