/**
 * Removes machine instructions whose results nobody reads. Selection goes by whole values and sees half of a 64-bit one
 * asked for as all of it: the other half's instructions are found here, on registers.
 */
import { isVirtual, type MBlock, type MInst, type MOp, type Reg } from './mir.ts';

/** Operations that do nothing but define registers. */
const PURE: ReadonlySet<MOp> = new Set<MOp>([
  ...(['add', 'sub', 'rsb', 'and', 'orr', 'eor', 'bic', 'orn', 'mov', 'mvn', 'lsl', 'lsr', 'asr', 'ror'] as const),
  ...([
    'mul',
    'mla',
    'mls',
    'umull',
    'smull',
    'clz',
    'rbit',
    'rev',
    'uxtb',
    'uxth',
    'sxtb',
    'sxth',
    'ubfx',
    'sbfx',
  ] as const),
  ...(['const', 'address', 'copy', 'select'] as const),
  ...(['vadd', 'vsub', 'vmul', 'vdiv', 'vsqrt', 'vneg', 'vabs', 'vmla', 'vmls'] as const),
  ...(['vcvtFromS', 'vcvtFromU', 'vcvtToS', 'vcvtToU'] as const),
]);

export function dropUnused(blocks: readonly MBlock[]): void {
  const uses = new Map<Reg, number>();
  const count = (regs: readonly Reg[], by: number) => {
    for (const reg of regs) uses.set(reg, (uses.get(reg) ?? 0) + by);
  };
  for (const { insts } of blocks) for (const inst of insts) count(inst.uses, 1);
  const isUnused = (inst: MInst) =>
    PURE.has(inst.op) && !inst.setsFlags && inst.defs.every((reg) => isVirtual(reg) && !uses.get(reg));
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of blocks) {
      const unused = new Set(block.insts.filter(isUnused));
      if (unused.size === 0) continue;
      for (const inst of unused) count(inst.uses, -1);
      block.insts = block.insts.filter((inst) => !unused.has(inst));
      changed = true;
    }
  }
}
