/**
 * Random firmware-like modules: a main program and two handlers of exceptions that share memory. Shared words are touched
 * by volatile accesses only, what belongs to one of them by plain ones. Exceptions come where the program asks for them
 * (SVC, or PendSV by ICSR) or stops masking them (PRIMASK, BASEPRI), with the barriers behind that the architecture wants
 * (DDI 0403E B1.5.14), and where a device asks for them (traced-device.ts).
 */
import { Random } from './random.ts';
import { DEVICE } from './traced-device.ts';

/** Data that the module imports: bytes of each object, and where it lies in V8's one page. */
export interface SharedObject {
  readonly name: string;
  readonly size: number;
  readonly at: number;
}

const LOG_WORDS = 1024;
const SHARED_WORDS = 16;
const OWN_WORDS = 32;

export const OBJECTS: readonly SharedObject[] = [
  { name: 'shared', size: 4 * SHARED_WORDS, at: 0x100 },
  { name: 'state', size: 8, at: 0x200 },
  { name: 'log', size: 4 * LOG_WORDS, at: 0x1000 },
  { name: 'main.own', size: 4 * OWN_WORDS, at: 0x2100 },
  { name: 'SVC_Handler.own', size: 4 * OWN_WORDS, at: 0x2200 },
  { name: 'PendSV_Handler.own', size: 4 * OWN_WORDS, at: 0x2300 },
];

/** How often PendSV may be asked for in a call of main: handlers could go on for ever. */
const BUDGET = 8;
export const ICSR = 0xe000_ed04;
export const PENDSVSET = 2 ** 28;
export const PENDSVCLR = 2 ** 27;

const PARTS = ['main', 'SVC_Handler', 'PendSV_Handler'] as const;
type Part = (typeof PARTS)[number];

const IMPORTS = `${OBJECTS.map(({ name }) => `(import "data" "${name}" (global $${name} i32))`).join(' ')}
  ${[8, 16, 32]
    .map(
      (bits) => `(import "mmio" "ld${bits}" (func $mmio.ld${bits} (param i32) (result i32)))
  (import "mmio" "st${bits}" (func $mmio.st${bits} (param i32 i32)))
  (import "volatile" "ld${bits}" (func $ld${bits} (param i32) (result i32)))
  (import "volatile" "st${bits}" (func $st${bits} (param i32 i32)))`,
    )
    .join('\n')}
  ${['dsb', 'isb', 'dmb', 'nop', 'sev', 'cpsid', 'cpsie'].map((name) => `(import "cpu" "${name}" (func $${name}))`).join(' ')}
  (import "cpu" "svc" (func $svc (param i32)))
  ${['primask', 'basepri', 'ipsr'].map((name) => `(import "cpu" "mrs_${name}" (func $mrs_${name} (result i32)))`).join(' ')}
  (import "cpu" "msr_basepri" (func $msr_basepri (param i32)))`;

const COUNT = '(global.get $state)';
const LEFT = '(i32.add (global.get $state) (i32.const 4))';

/** Writes a word behind the others in the log. */
const LOGGER = `(func $log (param $word i32) (local $at i32)
    (local.set $at (call $ld32 ${COUNT}))
    (call $st32 (i32.add (global.get $log) (i32.shl (i32.and (local.get $at) (i32.const ${LOG_WORDS - 1})) (i32.const 2)))
      (local.get $word))
    (call $st32 ${COUNT} (i32.add (local.get $at) (i32.const 1))))`;

/** Asks for PendSV as long as the budget allows. */
const PENDER = `(func $pend (local $left i32)
    (local.set $left (call $ld32 ${LEFT}))
    (if (local.get $left) (then
      (call $st32 ${LEFT} (i32.sub (local.get $left) (i32.const 1)))
      (call $mmio.st32 (i32.const ${ICSR | 0}) (i32.const ${PENDSVSET})))))`;

const LOCALS = ['$a', '$b', '$c', '$d'];
const BINARY = 'add sub mul and or xor shl shr_s shr_u rotl rotr eq lt_s lt_u gt_u ne'.split(' ');

/** The module's text; it imports the objects and exports `main` (two i32 → i32) and the handlers. */
export function interruptModule(seed: number): string {
  const random = new Random(seed);
  const bodies = PARTS.map((part) => new PartMaker(random, part).make());
  return `(module ${IMPORTS} (memory (export "memory") 1) ${LOGGER} ${PENDER}\n${bodies.join('\n')})`;
}

/** What holds at a place in the program. */
interface Place {
  readonly depth: number;
  /** PRIMASK is set: an SVC would be a HardFault. */
  readonly isMasked: boolean;
}

class PartMaker {
  private readonly random: Random;
  private readonly part: Part;
  private labels = 0;

  constructor(random: Random, part: Part) {
    this.random = random;
    this.part = part;
  }

  make(): string {
    const { part } = this;
    const start = part === 'main' ? `(call $st32 ${LEFT} (i32.const ${BUDGET}))` : '';
    const body = this.statements(part === 'main' ? 14 : 5, { depth: 0, isMasked: false });
    const type = part === 'main' ? '(param $a i32) (param $b i32) (result i32)' : '(local $a i32) (local $b i32)';
    const result = part === 'main' ? '(i32.xor (local.get $a) (i32.add (local.get $c) (local.get $d)))' : '';
    return `(func (export "${part}") ${type} (local $c i32) (local $d i32) (local $n i32)\n${start} ${body}\n${result})`;
  }

  private statements(most: number, place: Place): string {
    return Array.from({ length: 1 + this.random.below(most) }, () => this.statement(place)).join('\n');
  }

  private statement(place: Place): string {
    const { random } = this;
    const choice = random.below(100);
    if (choice < 20) return `(local.set ${random.pick(LOCALS)} ${this.value(2)})`;
    if (choice < 30) return this.storeShared();
    if (choice < 35) return `(call $mmio.st${this.bits()} ${this.deviceAddress()} ${this.value(2)})`;
    if (choice < 48) return `(i32.store ${this.ownAddress()} ${this.value(2)})`;
    if (choice < 56) return `(call $log ${this.value(1)})`;
    if (choice < 62) return `(call $${random.pick(['nop', 'dmb', 'dsb', 'isb', 'sev'])})`;
    if (choice < 80) return this.exception(place);
    if (place.depth >= 3) return '(nop)';
    return choice < 90 ? this.branch(place) : this.loop(place);
  }

  private storeShared(): string {
    return `(call $st${this.bits()} ${this.sharedAddress()} ${this.value(2)})`;
  }

  private bits(): number {
    return this.random.pick([8, 16, 32, 32]);
  }

  private deviceAddress(): string {
    return `(i32.const ${DEVICE.start + 4 * this.random.below(8)})`;
  }

  private branch(place: Place): string {
    const inner = { ...place, depth: place.depth + 1 };
    const otherwise = this.random.chance(50) ? `(else ${this.statements(3, inner)})` : '';
    return `(if ${this.value(1)} (then ${this.statements(3, inner)}) ${otherwise})`;
  }

  /** One counter serves all loops: only the outermost has one, and those within are none. */
  private loop(place: Place): string {
    if (place.depth > 0) return this.branch(place);
    const label = `$l${this.labels++}`;
    return `(local.set $n (i32.const ${1 + this.random.below(4)}))
      (loop ${label} ${this.statements(4, { ...place, depth: 1 })}
        (br_if ${label} (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))`;
  }

  /** Asks for an exception, or masks them for a while. */
  private exception(place: Place): string {
    const { random, part } = this;
    const BARRIERS = '(call $dsb) (call $isb)';
    const choice = random.below(100);
    if (choice < 30 && part !== 'SVC_Handler' && !place.isMasked) return `(call $svc (i32.const ${random.below(256)}))`;
    if (choice < 60) return `(call $pend) ${BARRIERS}`;
    if (choice < 66) return `(call $mmio.st32 (i32.const ${ICSR | 0}) (i32.const ${PENDSVCLR})) ${BARRIERS}`;
    if (choice < 72) return `(call $log (call $mrs_${random.pick(['primask', 'basepri', 'ipsr'])}))`;
    if (place.isMasked || place.depth > 1) return BARRIERS;
    if (choice < 86)
      return `(call $cpsid) ${this.statements(4, { depth: place.depth + 1, isMasked: true })} (call $cpsie) ${BARRIERS}`;
    return `(call $msr_basepri (i32.const ${random.pick([0x40, 0x80, 0xc0])})) ${BARRIERS}
      ${this.statements(4, { depth: 3, isMasked: true })} (call $msr_basepri (i32.const 0)) ${BARRIERS}`;
  }

  private value(depth: number): string {
    const { random } = this;
    const choice = random.below(100);
    if (depth === 0 || choice < 20) return `(local.get ${random.pick(LOCALS)})`;
    if (choice < 32) return `(i32.const ${random.chance(50) ? random.below(64) : random.word() | 0})`;
    if (choice < 44) return `(call $ld${this.bits()} ${this.sharedAddress()})`;
    if (choice < 52) return `(call $mmio.ld${this.bits()} ${this.deviceAddress()})`;
    if (choice < 65) return `(i32.load ${this.ownAddress()})`;
    return `(i32.${random.pick(BINARY)} ${this.value(depth - 1)} ${this.value(depth - 1)})`;
  }

  private sharedAddress(): string {
    return this.address('shared', SHARED_WORDS);
  }

  private ownAddress(): string {
    return this.address(`${this.part}.own`, OWN_WORDS);
  }

  private address(object: string, words: number): string {
    const { random } = this;
    const start = `(global.get $${object})`;
    if (random.chance(70)) return `(i32.add ${start} (i32.const ${4 * random.below(words)}))`;
    const index = `(i32.and (local.get ${random.pick(LOCALS)}) (i32.const ${words - 1}))`;
    return `(i32.add ${start} (i32.shl ${index} (i32.const 2)))`;
  }
}
