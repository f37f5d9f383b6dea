/** The encodings that can do an operation, shortest first. `free` says that the flags may be changed. */

import type { Operands } from '@kickstage/armv7m/encode';
import type { EncodingId } from '@kickstage/armv7m/encodings';
import { invariant } from '@kickstage/base/invariant';
import type { MInst, MOp, Reg } from '../isel/mir.ts';

type Candidate = readonly [EncodingId, Operands];
type Maker = (inst: MInst, defs: readonly Reg[], uses: readonly Reg[], free: boolean) => Candidate[];

const id = (text: string) => text as EncodingId;

/** Operations that read Rn and Rm in either order. */
const COMMUTATIVE = new Set<MOp>(['add', 'and', 'orr', 'eor', 'adc', 'mul']);
const NAMES: Partial<Record<MOp, string>> = {
  add: 'ADD',
  sub: 'SUB',
  rsb: 'RSB',
  and: 'AND',
  orr: 'ORR',
  eor: 'EOR',
  bic: 'BIC',
  orn: 'ORN',
  adc: 'ADC',
  sbc: 'SBC',
  cmp: 'CMP',
  cmn: 'CMN',
  tst: 'TST',
  teq: 'TEQ',
  mov: 'MOV',
  mvn: 'MVN',
};
/** The wide forms: [immediate, register]. */
const WIDE: Record<string, readonly [string, string]> = {
  ADD: ['T3', 'T3'],
  SUB: ['T3', 'T2'],
  RSB: ['T2', 'T1'],
  AND: ['T1', 'T2'],
  ORR: ['T1', 'T2'],
  EOR: ['T1', 'T2'],
  BIC: ['T1', 'T2'],
  ORN: ['T1', 'T1'],
  ADC: ['T1', 'T2'],
  SBC: ['T1', 'T2'],
  CMP: ['T2', 'T3'],
  CMN: ['T1', 'T2'],
  TST: ['T1', 'T2'],
  TEQ: ['T1', 'T1'],
  MVN: ['T1', 'T2'],
};
const NARROW_REGISTER = new Set(['AND', 'ORR', 'EOR', 'BIC', 'ADC', 'SBC', 'ADD', 'SUB']);

const aluImmediate: Maker = (inst, [Rd], [Rn], free) => {
  const name = NAMES[inst.op]!;
  const imm32 = inst.imm!;
  const S = inst.setsFlags ? 1 : 0;
  const list: Candidate[] = [];
  if (free && (name === 'ADD' || name === 'SUB')) {
    list.push([id(`${name}_imm_T1`), { Rd, Rn, imm32 }]);
    if (Rd === Rn) list.push([id(`${name}_imm_T2`), { Rd, Rn, imm32 }]);
  }
  if (free && name === 'RSB' && imm32 === 0) list.push([id('RSB_imm_T1'), { Rd, Rn }]);
  list.push([id(`${name}_imm_${WIDE[name][0]}`), { Rd, Rn, imm32, S }]);
  if (S === 0 && (name === 'ADD' || name === 'SUB')) list.push([id(`${name}_imm_T4`), { Rd, Rn, imm32 }]);
  return list;
};

const aluRegister: Maker = (inst, [Rd], [a, b], free) => {
  const name = NAMES[inst.op]!;
  const S = inst.setsFlags ? 1 : 0;
  const list: Candidate[] = [];
  const orders =
    COMMUTATIVE.has(inst.op) && !inst.shift
      ? [
          [a, b],
          [b, a],
        ]
      : [[a, b]];
  if (!inst.shift) {
    for (const [Rn, Rm] of orders) {
      if (free && NARROW_REGISTER.has(name)) list.push([id(`${name}_reg_T1`), { Rd, Rn, Rm }]);
      if (name === 'ADD' && S === 0 && Rd === Rn) list.push([id('ADD_reg_T2'), { Rd, Rn, Rm }]);
    }
  }
  const shift = { shift_t: inst.shift?.type ?? 0, shift_n: inst.shift?.amount ?? 0 };
  list.push([id(`${name}_reg_${WIDE[name][1]}`), { Rd, Rn: a, Rm: b, S, ...shift }]);
  return list;
};

const alu: Maker = (inst, defs, uses, free) =>
  (inst.imm === undefined ? aluRegister : aluImmediate)(inst, defs, uses, free);

const compare: Maker = (inst, _defs, [Rn, Rm]) => {
  const name = NAMES[inst.op]!;
  const [wideImmediate, wideRegister] = WIDE[name];
  if (inst.imm !== undefined) {
    const list: Candidate[] = name === 'CMP' ? [[id('CMP_imm_T1'), { Rn, imm32: inst.imm }]] : [];
    return [...list, [id(`${name}_imm_${wideImmediate}`), { Rn, imm32: inst.imm }]];
  }
  const list: Candidate[] = [];
  if (name !== 'TEQ') list.push([id(`${name}_reg_T1`), { Rn, Rm }]);
  if (name === 'CMP') list.push([id('CMP_reg_T2'), { Rn, Rm }]);
  return [
    ...list,
    [id(`${name}_reg_${wideRegister}`), { Rn, Rm, shift_t: inst.shift?.type ?? 0, shift_n: inst.shift?.amount ?? 0 }],
  ];
};

const mvn: Maker = ({ setsFlags }, [Rd], [Rm], free) => {
  const list: Candidate[] = free ? [[id('MVN_reg_T1'), { Rd, Rm }]] : [];
  return [...list, [id('MVN_reg_T2'), { Rd, Rm, S: setsFlags ? 1 : 0, shift_t: 0, shift_n: 0 }]];
};

const shift: Maker = (inst, [Rd], [a, b], free) => {
  const name = inst.op.toUpperCase();
  const S = inst.setsFlags ? 1 : 0;
  if (inst.imm !== undefined) {
    const list: Candidate[] = free && name !== 'ROR' ? [[id(`${name}_imm_T1`), { Rd, Rm: a, shift_n: inst.imm }]] : [];
    return [...list, [id(`${name}_imm_${name === 'ROR' ? 'T1' : 'T2'}`), { Rd, Rm: a, shift_n: inst.imm, S }]];
  }
  const list: Candidate[] = free ? [[id(`${name}_reg_T1`), { Rd, Rn: a, Rm: b }]] : [];
  return [...list, [id(`${name}_reg_T2`), { Rd, Rn: a, Rm: b, S }]];
};

const mul: Maker = (_inst, [Rd], [Rn, Rm], free) => {
  const list: Candidate[] = free
    ? [
        [id('MUL_T1'), { Rd, Rn, Rm }],
        [id('MUL_T1'), { Rd, Rn: Rm, Rm: Rn }],
      ]
    : [];
  return [...list, [id('MUL_T2'), { Rd, Rn, Rm }]];
};

const accumulate: Maker = (inst, [Rd], [Rn, Rm, Ra]) => [[id(`${inst.op.toUpperCase()}_T1`), { Rd, Rn, Rm, Ra }]];
const long: Maker = (inst, [RdLo, RdHi], uses) => {
  const [Rn, Rm] = inst.tied ? uses.slice(2) : uses;
  return [[id(`${inst.op.toUpperCase()}_T1`), { RdLo, RdHi, Rn, Rm }]];
};
const divide: Maker = (inst, [Rd], [Rn, Rm]) => [[id(`${inst.op.toUpperCase()}_T1`), { Rd, Rn, Rm }]];
const oneOperand: Maker = (inst, [Rd], [Rm]) => [[id(`${inst.op.toUpperCase()}_T1`), { Rd, Rm }]];
const reverse: Maker = (_inst, [Rd], [Rm]) => [
  [id('REV_T1'), { Rd, Rm }],
  [id('REV_T2'), { Rd, Rm }],
];
const extend: Maker = (inst, [Rd], [Rm]) => [
  [id(`${inst.op.toUpperCase()}_T1`), { Rd, Rm }],
  [id(`${inst.op.toUpperCase()}_T2`), { Rd, Rm, rotation: 0 }],
];
const extract: Maker = (inst, [Rd], [Rn]) => [
  [id(`${inst.op.toUpperCase()}_T1`), { Rd, Rn, lsb: inst.lsb!, width: inst.width! }],
];

/** Single loads and stores. uses = [data (stores), base, index]. Wide forms: imm12, then imm8 downwards. */
const MEMORY_WIDE: Partial<Record<MOp, readonly [string, string]>> = {
  ldr: ['T3', 'T4'],
  str: ['T3', 'T4'],
  ldrb: ['T2', 'T3'],
  strb: ['T2', 'T3'],
  ldrh: ['T2', 'T3'],
  strh: ['T2', 'T3'],
  ldrsb: ['T1', 'T2'],
  ldrsh: ['T1', 'T2'],
};

/** An access that moves its pointer: definitions and uses begin with it. */
function moving({ op, imm, writeBack }: MInst, [Rn, loaded]: readonly Reg[], [, stored]: readonly Reg[]): Candidate {
  const [, down] = MEMORY_WIDE[op]!;
  const operands = { Rt: loaded ?? stored, Rn, imm32: Math.abs(imm!), add: imm! > 0 ? 1 : 0, wback: 1 };
  return [id(`${op.toUpperCase()}_imm_${down}`), { ...operands, index: writeBack === 'pre' ? 1 : 0 }];
}

const memory: Maker = (inst, defs, uses) => {
  const name = inst.op.toUpperCase();
  if (inst.writeBack) return [moving(inst, defs, uses)];
  const [Rt, Rn, Rm] = [...defs, ...uses];
  if (inst.indexed) {
    const amount = inst.shift!.amount;
    const narrow: Candidate[] = amount === 0 ? [[id(`${name}_reg_T1`), { Rt, Rn, Rm }]] : [];
    return [...narrow, [id(`${name}_reg_T2`), { Rt, Rn, Rm, shift_t: 0, shift_n: amount }]];
  }
  const imm = inst.imm ?? 0;
  const [up, down] = MEMORY_WIDE[inst.op]!;
  if (imm < 0) return [[id(`${name}_imm_${down}`), { Rt, Rn, imm32: -imm, index: 1, add: 0, wback: 0 }]];
  const narrow: Candidate[] = /^(ldr|str)[bh]?$/.test(inst.op) ? [[id(`${name}_imm_T1`), { Rt, Rn, imm32: imm }]] : [];
  return [...narrow, [id(`${name}_imm_${up}`), { Rt, Rn, imm32: imm }]];
};

const dual: Maker = (inst, defs, uses) => {
  const [Rt, Rt2, Rn] = [...defs, ...uses];
  const imm = inst.imm ?? 0;
  return [
    [
      id(`${inst.op.toUpperCase()}_imm_T1`),
      { Rt, Rt2, Rn, imm32: Math.abs(imm), index: 1, add: imm >= 0 ? 1 : 0, wback: 0 },
    ],
  ];
};

const MAKERS: Partial<Record<MOp, Maker>> = {
  add: alu,
  sub: alu,
  rsb: alu,
  and: alu,
  orr: alu,
  eor: alu,
  bic: alu,
  orn: alu,
  adc: alu,
  sbc: alu,
  cmp: compare,
  cmn: compare,
  tst: compare,
  teq: compare,
  mvn,
  lsl: shift,
  lsr: shift,
  asr: shift,
  ror: shift,
  mul,
  mla: accumulate,
  mls: accumulate,
  umull: long,
  smull: long,
  umlal: long,
  smlal: long,
  umaal: long,
  udiv: divide,
  sdiv: divide,
  clz: oneOperand,
  rbit: oneOperand,
  rev: reverse,
  uxtb: extend,
  uxth: extend,
  sxtb: extend,
  sxth: extend,
  ubfx: extract,
  sbfx: extract,
  ldr: memory,
  ldrb: memory,
  ldrh: memory,
  ldrsb: memory,
  ldrsh: memory,
  str: memory,
  strb: memory,
  strh: memory,
  ldrd: dual,
  strd: dual,
};

export function candidates(inst: MInst, defs: readonly Reg[], uses: readonly Reg[], free: boolean): Candidate[] {
  const maker = MAKERS[inst.op];
  invariant(maker, `no encodings for ${inst.op}`);
  return maker(inst, defs, uses, free);
}
