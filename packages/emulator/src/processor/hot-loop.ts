/**
 * The loop for frequent instructions in flash (hot-code.ts packs them). One function, and a long one: only inside one
 * function does the engine keep program counter and flags in machine registers, which is what makes it fast
 * (docs/decisions/0004-hot-loop.md). Each case is what DDI 0403E A7.7 says of the instruction, for operands that cannot
 * fault; in every other case it leaves before it changes anything, and the general path does the instruction.
 *
 * Flags: Z is `zr === 0`, N is `nr < 0`, C and V are 0 or 1.
 */
import type { Cpu } from './cpu.ts';

/** Of the flags as locals: whether a condition (DDI 0403E A7.3) passes. */
function passes(cond: number, nr: number, zr: number, c: number, v: number): boolean {
  return (CONDITION_TABLE[cond] >>> (((nr >>> 31) << 3) | ((zr === 0 ? 1 : 0) << 2) | (c << 1) | v)) % 2 === 1;
}

/** By condition: a bit for each of the sixteen states of N, Z, C, V. */
const CONDITION_TABLE = Int32Array.from({ length: 16 }, (_, cond) => {
  let bits = 0;
  for (let flags = 0; flags < 16; flags++) {
    const [n, z, c, v] = [3, 2, 1, 0].map((bit) => ((flags >>> bit) & 1) === 1);
    const holds = [z, c, n, v, c && !z, n === v, n === v && !z, true][cond >>> 1];
    if (cond >= 14 || holds !== ((cond & 1) === 1)) bits |= 1 << flags;
  }
  return bits;
});

/**
 * Executes from `cpu.pc`, which must be in flash, until `budget` cycles or `count` instructions are over or an
 * instruction comes that is not its. Returns how many it did; program counter, flags and clock are then up to date.
 */
export function runHot(cpu: Cpu, budget: number, count: number): number {
  const { r, bus, clock } = cpu;
  const code = cpu.code.hot;
  const { ram8, ram16, ram32, ramStart, flash8, flash16, flash32 } = bus.arrays;
  const base = bus.flash.start | 0;
  const codeSize = bus.directCode;
  const flashSize = bus.directFlash;
  const ramSize = bus.directRam;
  // Stores into RAM that holds code are the general path's.
  const storeSize = bus.onRamStore ? 0 : ramSize;
  let at = (cpu.pc - base) | 0;
  let nr = -cpu.n;
  let zr = cpu.z ^ 1;
  let { c, v, it } = cpu;
  let used = 0;
  let done = 0;
  let x = 0;
  let y = 0;
  if (at >>> 0 >= codeSize) return 0;
  loop: do {
    const w = code[at];
    let op = w & 0xff;
    if (it !== 0 && op !== 0) op = passes(it >>> 4, nr, zr, c, v) ? (w >>> 8) & 0xff : 1;
    const imm = code[at + 1];
    const rd = (w >>> 16) & 15;
    const rn = (w >>> 20) & 15;
    const rm = (w >>> 24) & 15;
    let next = at + 2 + ((w >>> 27) & 2);
    // biome-ignore format: a table, one instruction a line
    switch (op) {
      case 1: used += 1 - (w >>> 29); break; // skip
      case 2: break; // nop
      case 3: it = imm; at = next; used += w >>> 29; done++; continue; // it
      case 4: r[rd] = imm; break; // movI
      case 5: r[rd] = zr = nr = imm; break; // movIS
      case 6: r[rd] = r[rm]; break; // mov
      case 7: r[rd] = zr = nr = r[rm]; break; // movS
      case 8: r[rd] = ~r[rm]; break; // mvn
      case 9: r[rd] = zr = nr = ~r[rm]; break; // mvnS
      case 10: r[rd] = r[rm] << imm; break; // movL
      case 11: x = r[rm]; c = (x >>> (32 - imm)) & 1; r[rd] = zr = nr = x << imm; break; // movLS
      case 12: r[rd] = r[rm] >>> imm; break; // movR
      case 13: x = r[rm]; c = (x >>> (imm - 1)) & 1; r[rd] = zr = nr = (x >>> imm) | 0; break; // movRS
      case 14: r[rd] = r[rm] >> imm; break; // movA
      case 15: x = r[rm]; c = (x >> (imm - 1)) & 1; r[rd] = zr = nr = x >> imm; break; // movAS
      case 16: y = r[rm] & 0xff; r[rd] = y > 31 ? 0 : r[rn] << y; break; // lsl
      case 17: y = r[rm] & 0xff; x = r[rn]; if (y !== 0) c = y > 32 ? 0 : (x >>> (32 - y)) & 1; r[rd] = zr = nr = y > 31 ? 0 : x << y; break; // lslS
      case 18: y = r[rm] & 0xff; r[rd] = y > 31 ? 0 : r[rn] >>> y; break; // lsr
      case 19: y = r[rm] & 0xff; x = r[rn]; if (y !== 0) c = y > 32 ? 0 : (x >>> (y - 1)) & 1; r[rd] = zr = nr = y > 31 ? 0 : (x >>> y) | 0; break; // lsrS
      case 20: r[rd] = r[rn] + r[rm]; break; // add
      case 21: x = r[rn]; y = r[rm]; nr = zr = (x + y) | 0; c = zr >>> 0 < x >>> 0 ? 1 : 0; v = ((x ^ zr) & (y ^ zr)) >>> 31; r[rd] = zr; break; // addS
      case 22: r[rd] = r[rn] + (r[rm] << imm); break; // addL
      case 23: r[rd] = r[rn] + imm; break; // addI
      case 24: x = r[rn]; y = imm; nr = zr = (x + y) | 0; c = zr >>> 0 < x >>> 0 ? 1 : 0; v = ((x ^ zr) & (y ^ zr)) >>> 31; r[rd] = zr; break; // addIS
      case 25: r[13] = (r[13] + imm) & ~3; break; // addSp
      case 26: r[rd] = r[rn] - r[rm]; break; // sub
      case 27: x = r[rn]; y = r[rm]; nr = zr = (x - y) | 0; c = x >>> 0 >= y >>> 0 ? 1 : 0; v = ((x ^ y) & (x ^ zr)) >>> 31; r[rd] = zr; break; // subS
      case 28: x = r[rn]; y = imm; nr = zr = (x - y) | 0; c = x >>> 0 >= y >>> 0 ? 1 : 0; v = ((x ^ y) & (x ^ zr)) >>> 31; r[rd] = zr; break; // subIS
      case 29: r[rd] = imm - r[rn]; break; // rsbI
      case 30: x = imm; y = r[rn]; nr = zr = (x - y) | 0; c = x >>> 0 >= y >>> 0 ? 1 : 0; v = ((x ^ y) & (x ^ zr)) >>> 31; r[rd] = zr; break; // rsbIS
      case 31: x = r[rn]; y = r[rm]; nr = zr = (x - y) | 0; c = x >>> 0 >= y >>> 0 ? 1 : 0; v = ((x ^ y) & (x ^ zr)) >>> 31; break; // cmp
      case 32: x = r[rn]; y = imm; nr = zr = (x - y) | 0; c = x >>> 0 >= y >>> 0 ? 1 : 0; v = ((x ^ y) & (x ^ zr)) >>> 31; break; // cmpI
      case 33: zr = nr = r[rn] & r[rm]; break; // tst
      case 34: zr = nr = r[rn] & imm; break; // tstI
      case 35: r[rd] = r[rn] & r[rm]; break; // and
      case 36: r[rd] = zr = nr = r[rn] & r[rm]; break; // andS
      case 37: r[rd] = r[rn] & imm; break; // andI
      case 38: r[rd] = zr = nr = r[rn] & imm; break; // andIS
      case 39: r[rd] = r[rn] | r[rm]; break; // orr
      case 40: r[rd] = zr = nr = r[rn] | r[rm]; break; // orrS
      case 41: r[rd] = r[rn] | imm; break; // orrI
      case 42: r[rd] = r[rn] | (r[rm] << imm); break; // orrL
      case 43: r[rd] = r[rn] | (r[rm] >>> imm); break; // orrR
      case 44: r[rd] = r[rn] ^ r[rm]; break; // eor
      case 45: r[rd] = zr = nr = r[rn] ^ r[rm]; break; // eorS
      case 46: r[rd] = r[rn] ^ imm; break; // eorI
      case 47: r[rd] = r[rn] ^ (r[rm] << imm); break; // eorL
      case 48: r[rd] = r[rn] ^ (r[rm] >>> imm); break; // eorR
      case 49: r[rd] = r[rn] & ~r[rm]; break; // bic
      case 50: r[rd] = zr = nr = r[rn] & ~r[rm]; break; // bicS
      case 51: r[rd] = r[rn] & ~imm; break; // bicI
      case 52: r[rd] = r[rn] & (r[rm] << imm); break; // andL
      case 53: r[rd] = r[rn] & (r[rm] >>> imm); break; // andR
      case 54: r[rd] = (r[rd] & 0xffff) | (imm << 16); break; // movt
      case 55: r[rd] = Math.imul(r[rn], r[rm]); break; // mul
      case 56: r[rd] = zr = nr = Math.imul(r[rn], r[rm]); break; // mulS
      case 57: r[rd] = Math.imul(r[rn], r[rm]) + r[imm]; break; // mla
      case 58: r[rd] = r[imm] - Math.imul(r[rn], r[rm]); break; // mls
      case 59: r[rd] = r[rm] & 0xff; break; // uxtb
      case 60: r[rd] = r[rm] & 0xffff; break; // uxth
      case 61: r[rd] = (r[rm] << 24) >> 24; break; // sxtb
      case 62: r[rd] = (r[rm] << 16) >> 16; break; // sxth
      case 63: r[rd] = (r[rn] >>> (imm & 0xff)) & (0xffffffff >>> (32 - (imm >> 8))); break; // ubfx
      case 64: x = r[rn] + imm; y = x - ramStart; if (y >>> 0 < ramSize && (y & 3) === 0) { r[rd] = ram32[y >> 2]; break; } y = x - base; if (y >>> 0 < flashSize && (y & 3) === 0) { r[rd] = flash32[y >> 2]; break; } break loop; // ldr
      case 65: x = r[rn] + (r[rm] << imm); y = x - ramStart; if (y >>> 0 < ramSize && (y & 3) === 0) { r[rd] = ram32[y >> 2]; break; } y = x - base; if (y >>> 0 < flashSize && (y & 3) === 0) { r[rd] = flash32[y >> 2]; break; } break loop; // ldrReg
      case 66: x = r[rn]; y = x - ramStart; if (y >>> 0 < ramSize && (y & 3) === 0) { r[rd] = ram32[y >> 2]; r[rn] = x + imm; break; } y = x - base; if (y >>> 0 < flashSize && (y & 3) === 0) { r[rd] = flash32[y >> 2]; r[rn] = x + imm; break; } break loop; // ldrPost
      case 67: x = r[rn] + imm; y = x - ramStart; if (y >>> 0 < ramSize && (y & 3) === 0) { r[rd] = ram32[y >> 2]; r[rn] = x; break; } y = x - base; if (y >>> 0 < flashSize && (y & 3) === 0) { r[rd] = flash32[y >> 2]; r[rn] = x; break; } break loop; // ldrPre
      case 68: x = imm; y = x - ramStart; if (y >>> 0 < ramSize && (y & 3) === 0) { r[rd] = ram32[y >> 2]; break; } y = x - base; if (y >>> 0 < flashSize && (y & 3) === 0) { r[rd] = flash32[y >> 2]; break; } break loop; // ldrLit
      case 69: x = r[rn] + imm; y = x - ramStart; if (y >>> 0 >= storeSize || (y & 3) !== 0) break loop; ram32[y >> 2] = r[rd]; break; // str
      case 70: x = r[rn] + (r[rm] << imm); y = x - ramStart; if (y >>> 0 >= storeSize || (y & 3) !== 0) break loop; ram32[y >> 2] = r[rd]; break; // strReg
      case 71: x = r[rn]; y = x - ramStart; if (y >>> 0 >= storeSize || (y & 3) !== 0) break loop; ram32[y >> 2] = r[rd]; r[rn] = x + imm; break; // strPost
      case 72: x = r[rn] + imm; y = x - ramStart; if (y >>> 0 >= storeSize || (y & 3) !== 0) break loop; ram32[y >> 2] = r[rd]; r[rn] = x; break; // strPre
      case 73: x = r[rn] + imm; y = x - ramStart; if (y >>> 0 < ramSize) { r[rd] = ram8[y]; break; } y = x - base; if (y >>> 0 < flashSize) { r[rd] = flash8[y]; break; } break loop; // ldrb
      case 74: x = r[rn] + (r[rm] << imm); y = x - ramStart; if (y >>> 0 < ramSize) { r[rd] = ram8[y]; break; } y = x - base; if (y >>> 0 < flashSize) { r[rd] = flash8[y]; break; } break loop; // ldrbReg
      case 75: x = r[rn]; y = x - ramStart; if (y >>> 0 < ramSize) { r[rd] = ram8[y]; r[rn] = x + imm; break; } y = x - base; if (y >>> 0 < flashSize) { r[rd] = flash8[y]; r[rn] = x + imm; break; } break loop; // ldrbPost
      case 76: x = r[rn] + imm; y = x - ramStart; if (y >>> 0 < ramSize) { r[rd] = ram8[y]; r[rn] = x; break; } y = x - base; if (y >>> 0 < flashSize) { r[rd] = flash8[y]; r[rn] = x; break; } break loop; // ldrbPre
      case 77: x = r[rn] + imm; y = x - ramStart; if (y >>> 0 >= storeSize) break loop; ram8[y] = r[rd]; break; // strb
      case 78: x = r[rn] + (r[rm] << imm); y = x - ramStart; if (y >>> 0 >= storeSize) break loop; ram8[y] = r[rd]; break; // strbReg
      case 79: x = r[rn]; y = x - ramStart; if (y >>> 0 >= storeSize) break loop; ram8[y] = r[rd]; r[rn] = x + imm; break; // strbPost
      case 80: x = r[rn] + imm; y = x - ramStart; if (y >>> 0 >= storeSize) break loop; ram8[y] = r[rd]; r[rn] = x; break; // strbPre
      case 81: x = r[rn] + imm; y = x - ramStart; if (y >>> 0 < ramSize && (y & 1) === 0) { r[rd] = ram16[y >> 1]; break; } y = x - base; if (y >>> 0 < flashSize && (y & 1) === 0) { r[rd] = flash16[y >> 1]; break; } break loop; // ldrh
      case 82: x = r[rn] + (r[rm] << imm); y = x - ramStart; if (y >>> 0 < ramSize && (y & 1) === 0) { r[rd] = ram16[y >> 1]; break; } y = x - base; if (y >>> 0 < flashSize && (y & 1) === 0) { r[rd] = flash16[y >> 1]; break; } break loop; // ldrhReg
      case 83: x = r[rn] + imm; y = x - ramStart; if (y >>> 0 >= storeSize || (y & 1) !== 0) break loop; ram16[y >> 1] = r[rd]; break; // strh
      case 84: x = r[rn] + (r[rm] << imm); y = x - ramStart; if (y >>> 0 >= storeSize || (y & 1) !== 0) break loop; ram16[y >> 1] = r[rd]; break; // strhReg
      case 85: x = r[13] - ((imm >> 16) << 2) - ramStart; if (x >>> 0 >= storeSize || r[13] - ramStart > ramSize || (x & 3) !== 0) break loop; r[13] = x + ramStart; used += imm >> 16; x >>= 2; for (y = 0; y < 15; y++) if ((imm >> y) & 1) ram32[x++] = r[y]; break; // push
      case 86: x = r[13] - ramStart; y = x + ((imm >> 16) << 2); if (x >>> 0 >= ramSize || y >>> 0 > ramSize || (x & 3) !== 0) break loop; r[13] = y + ramStart; used += imm >> 16; x >>= 2; for (y = 0; y < 15; y++) if ((imm >> y) & 1) r[y] = ram32[x++]; break; // pop
      case 87: x = r[13] - ramStart; y = x + ((imm >> 16) << 2); if (x >>> 0 >= ramSize || y >>> 0 > ramSize || (x & 3) !== 0) break loop; next = (ram32[(y >> 2) - 1] - base) | 0; if ((next & 1) === 0 || next >>> 0 >= codeSize) break loop; next &= ~1; used += 2 + (imm >> 16); r[13] = y + ramStart; x >>= 2; for (y = 0; y < 15; y++) if ((imm >> y) & 1) r[y] = ram32[x++]; break; // popPc
      case 88: next = imm - base; break; // b
      case 89: if (zr === 0) { next = imm - base; used++; } break; // beq
      case 90: if (zr !== 0) { next = imm - base; used++; } break; // bne
      case 91: if (c !== 0) { next = imm - base; used++; } break; // bcs
      case 92: if (c === 0) { next = imm - base; used++; } break; // bcc
      case 93: if (nr < 0) { next = imm - base; used++; } break; // bmi
      case 94: if (nr >= 0) { next = imm - base; used++; } break; // bpl
      case 95: if (v !== 0) { next = imm - base; used++; } break; // bvs
      case 96: if (v === 0) { next = imm - base; used++; } break; // bvc
      case 97: if (c !== 0 && zr !== 0) { next = imm - base; used++; } break; // bhi
      case 98: if (c === 0 || zr === 0) { next = imm - base; used++; } break; // bls
      case 99: if (nr >>> 31 === v) { next = imm - base; used++; } break; // bge
      case 100: if (nr >>> 31 !== v) { next = imm - base; used++; } break; // blt
      case 101: if (zr !== 0 && nr >>> 31 === v) { next = imm - base; used++; } break; // bgt
      case 102: if (zr === 0 || nr >>> 31 !== v) { next = imm - base; used++; } break; // ble
      case 103: r[14] = (base + next) | 1; next = imm - base; break; // bl
      case 104: x = (r[rm] - base) | 0; if ((x & 1) === 0 || x >>> 0 >= codeSize) break loop; next = x & ~1; break; // bx
      case 105: if (r[rn] === 0) { next = imm - base; used++; } break; // cbz
      case 106: if (r[rn] !== 0) { next = imm - base; used++; } break; // cbnz
      case 107: r[rd] = r[rn] - imm; break; // subI
      default: break loop;
    }
    at = next;
    used += w >>> 29;
    done++;
    if (it !== 0) it = (it & 7) === 0 ? 0 : (it & 0xe0) | ((it << 1) & 0x1f);
  } while (used < budget && done < count);
  cpu.pc = (at + base) | 0;
  cpu.n = nr >>> 31;
  cpu.z = zr === 0 ? 1 : 0;
  cpu.c = c;
  cpu.v = v;
  cpu.it = it;
  clock.cycles += used;
  return done;
}
