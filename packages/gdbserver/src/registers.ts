/**
 * The registers that gdb is shown, in the order of its numbers, and their description in XML. Features and names are those
 * that gdb knows for an M-profile processor (GDB manual, appendix G.5.3, "ARM Features"): `org.gnu.gdb.arm.m-profile`,
 * `m-system` and `vfp`.
 */

export interface RegisterFacts {
  readonly name: string;
  readonly type: string;
  /** Names of the target's 32-bit registers that it consists of, the lower first. */
  readonly words: readonly string[];
  readonly group?: string;
}

interface Feature {
  readonly name: string;
  readonly registers: readonly RegisterFacts[];
}

const register = (name: string, type = 'uint32', group?: string): RegisterFacts => ({
  name,
  type,
  words: [name],
  ...(group === undefined ? {} : { group }),
});

const CORE: Feature = {
  name: 'org.gnu.gdb.arm.m-profile',
  registers: [
    ...Array.from({ length: 13 }, (_, i) => register(`r${i}`)),
    register('sp', 'data_ptr'),
    register('lr', 'uint32'),
    register('pc', 'code_ptr'),
    register('xpsr'),
  ],
};

const SYSTEM: Feature = {
  name: 'org.gnu.gdb.arm.m-system',
  registers: [
    register('msp', 'data_ptr', 'system'),
    register('psp', 'data_ptr', 'system'),
    ...['primask', 'basepri', 'faultmask', 'control'].map((name) => register(name, 'uint32', 'system')),
  ],
};

/** Doubles; gdb makes s0 to s31 of them. */
const FPU: Feature = {
  name: 'org.gnu.gdb.arm.vfp',
  registers: [
    ...Array.from({ length: 16 }, (_, i) => ({
      name: `d${i}`,
      type: 'ieee_double',
      words: [`s${2 * i}`, `s${2 * i + 1}`],
    })),
    register('fpscr', 'uint32', 'float'),
  ],
};

const featuresOf = (hasFpu: boolean) => (hasFpu ? [CORE, SYSTEM, FPU] : [CORE, SYSTEM]);

/** Registers by gdb's number. */
export function registersOf(hasFpu: boolean): readonly RegisterFacts[] {
  return featuresOf(hasFpu).flatMap(({ registers }) => registers);
}

/** gdb's numbers of sp, lr and pc: sent with every stop, so that it need not ask. */
export const EXPEDITED = [13, 14, 15];

export function targetDescription(hasFpu: boolean): string {
  const lines = ['<?xml version="1.0"?>', '<!DOCTYPE target SYSTEM "gdb-target.dtd">', '<target version="1.0">'];
  lines.push('  <architecture>armv7e-m</architecture>');
  let number = 0;
  for (const { name, registers } of featuresOf(hasFpu)) {
    lines.push(`  <feature name="${name}">`);
    for (const facts of registers) lines.push(`    ${element(facts, number++)}`);
    lines.push('  </feature>');
  }
  return `${lines.join('\n')}\n</target>\n`;
}

function element({ name, type, words, group }: RegisterFacts, number: number): string {
  const of = group === undefined ? '' : ` group="${group}"`;
  return `<reg name="${name}" bitsize="${32 * words.length}" type="${type}" regnum="${number}"${of}/>`;
}
