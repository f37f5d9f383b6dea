/**
 * 64-bit division by shifting and subtracting, a bit a turn; where both high words are zero, by the processor's own
 * 32-bit division. Division by zero and the signed overflow trap, as wasm says (Core Specification 1.0, 4.3.2).
 */
import type { Func } from '../ir/types.ts';
import { Routine } from './emitter.ts';

type Want = 'quotient' | 'remainder';

export function unsigned(name: string, want: Want): Func {
  const r = new Routine(name, ['i64', 'i64'], ['i64']);
  const [a, b] = r.params;
  const zero = r.block();
  const some = r.block();
  const narrow = r.block();
  const wide = r.block();
  r.branch(r.test('eqz', b), zero, [], some, []);
  r.builder.start(zero);
  r.builder.end({ op: 'trap', reason: 'integerDivideByZero' });
  r.builder.start(some);
  const high = r.op('shrU', r.op('or', a, b), r.i64(32n));
  r.branch(r.test('eqz', high), narrow, [], wide, []);
  r.builder.start(narrow);
  r.return(r.widen(r.op(want === 'quotient' ? 'divU' : 'remU', r.test('wrap', a), r.test('wrap', b))));
  r.builder.start(wide);
  divideByBits(r, want);
  return r.func;
}

/** The bit that leaves the remainder at its top counts: with it the remainder is surely not below the divisor. */
function divideByBits(r: Routine, want: Want): void {
  const [a, b] = r.params;
  const loop = r.block('i32', 'i64', 'i64', 'i64');
  const done = r.block();
  r.builder.jump(loop, [r.i32(64), a, r.i64(0n), r.i64(0n)]);
  r.builder.start(loop);
  const [index, dividend, quotient, remainder] = loop.params;
  const carried = r.test('ltS', remainder, r.i64(0n));
  const shifted = r.op('or', r.op('shl', remainder, r.i64(1n)), r.op('shrU', dividend, r.i64(63n)));
  const fits = r.op('or', carried, r.test('geU', shifted, b));
  const nextRemainder = r.select(fits, r.op('sub', shifted, b), shifted);
  const nextQuotient = r.op('or', r.op('shl', quotient, r.i64(1n)), r.widen(fits));
  const nextDividend = r.op('shl', dividend, r.i64(1n));
  const left = r.op('sub', index, r.i32(1));
  r.branch(left, loop, [left, nextDividend, nextQuotient, nextRemainder], done, []);
  r.builder.start(done);
  r.return(want === 'quotient' ? nextQuotient : nextRemainder);
}

/** On magnitudes; the quotient's sign is that of both, the remainder's that of the dividend. */
export function signed(name: string, want: Want, routine: string): Func {
  const r = new Routine(name, ['i64', 'i64'], ['i64']);
  const [a, b] = r.params;
  if (want === 'quotient') {
    const overflow = r.block();
    const fine = r.block();
    const least = r.op('xor', a, r.i64(-(1n << 63n)));
    const minusOne = r.op('xor', b, r.i64(-1n));
    r.branch(r.test('eqz', r.op('or', least, minusOne)), overflow, [], fine, []);
    r.builder.start(overflow);
    r.builder.end({ op: 'trap', reason: 'integerOverflow' });
    r.builder.start(fine);
  }
  const magnitude = (x: typeof a) => {
    const sign = r.op('shrS', x, r.i64(63n));
    return { sign, value: r.op('sub', r.op('xor', x, sign), sign) };
  };
  const x = magnitude(a);
  const y = magnitude(b);
  const result = r.call(routine, 'i64', x.value, y.value);
  const sign = want === 'quotient' ? r.op('xor', x.sign, y.sign) : x.sign;
  r.return(r.op('sub', r.op('xor', result, sign), sign));
  return r.func;
}

export function popcount(name: string): Func {
  const r = new Routine(name, ['i64'], ['i64']);
  const [a] = r.params;
  const low = r.op('popcnt', r.test('wrap', a));
  const high = r.op('popcnt', r.test('wrap', r.op('shrU', a, r.i64(32n))));
  r.return(r.widen(r.op('add', low, high)));
  return r.func;
}
