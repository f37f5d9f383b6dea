/** Bulk memory by bytes: memory.copy takes overlapping regions, so that it goes upwards or downwards. */
import type { Func, ValueId } from '../ir/types.ts';
import { Routine } from './emitter.ts';

export function memmove(name: string): Func {
  const r = new Routine(name, ['i32', 'i32', 'i32'], []);
  const [to, from, size] = r.params;
  const some = r.block();
  const exit = r.block();
  const up = r.block('i32');
  const down = r.block('i32');
  const upwards = r.block();
  const downwards = r.block();
  r.branch(size, some, [], exit, []);
  r.builder.start(some);
  r.branch(r.test('ltU', r.op('sub', to, from), size), downwards, [], upwards, []);
  const copy = (index: ValueId) => r.storeByte(r.op('add', to, index), r.loadByte(r.op('add', from, index)));
  r.builder.start(upwards);
  r.builder.jump(up, [r.i32(0)]);
  r.builder.start(up);
  copy(up.params[0]);
  const next = r.op('add', up.params[0], r.i32(1));
  r.branch(r.test('ltU', next, size), up, [next], exit, []);
  r.builder.start(downwards);
  r.builder.jump(down, [size]);
  r.builder.start(down);
  const before = r.op('sub', down.params[0], r.i32(1));
  copy(before);
  r.branch(before, down, [before], exit, []);
  r.builder.start(exit);
  r.return();
  return r.func;
}

export function memset(name: string): Func {
  const r = new Routine(name, ['i32', 'i32', 'i32'], []);
  const [to, byte, size] = r.params;
  const enter = r.block();
  const loop = r.block('i32');
  const exit = r.block();
  r.branch(size, enter, [], exit, []);
  r.builder.start(enter);
  const end = r.op('add', to, size);
  r.builder.jump(loop, [to]);
  r.builder.start(loop);
  r.storeByte(loop.params[0], byte);
  const next = r.op('add', loop.params[0], r.i32(1));
  r.branch(r.test('ne', next, end), loop, [next], exit, []);
  r.builder.start(exit);
  r.return();
  return r.func;
}
