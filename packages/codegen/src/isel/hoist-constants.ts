/**
 * Constants and addresses that a loop needs in registers are made in front of it, equal ones once, as long as there are
 * registers for them: low ones, which every short instruction takes, or such as a call leaves alone where the loop calls.
 */
import { type FlowGraph, findLoops, type Loop } from '../ir/flow-graph.ts';
import type { BlockId } from '../ir/types.ts';
import { computeLiveness, stepBack, successorsOf } from '../regalloc/liveness.ts';
import { isSingle, isVirtual, type MBlock, type MInst, type Reg } from './mir.ts';

/** r0-r7. */
const LOW_REGISTERS = 8;
/** r4-r7. */
const LOW_SAVED_REGISTERS = 4;

/** The blocks, with new ones in front of loops that had none of their own to put constants into. */
export function hoistConstants(blocks: readonly MBlock[]): MBlock[] {
  const byId = new Map(blocks.map((block) => [block.id, block]));
  const graph: FlowGraph = { ids: [...byId.keys()], successors: (id) => successorsOf(byId.get(id)!) };
  const loops = findLoops(graph);
  if (loops.length === 0) return [...blocks];
  const room = roomIn(blocks);
  let result = [...blocks];
  for (const loop of loops) {
    if (loop.header === blocks[0].id) continue;
    const body = result.filter(({ id }) => loop.body.has(id));
    const wanted = constantsIn(body).slice(0, Math.max(0, Math.min(...body.map(({ id }) => room.get(id)!))));
    if (wanted.length === 0) continue;
    const front = frontOf(result, loop);
    if (!result.includes(front)) {
      result = insertFront(result, front, loop);
      for (let around = loop.parent; around; around = around.parent) (around.body as Set<BlockId>).add(front.id);
    }
    move(result, body, front, wanted);
    for (const { id } of body) room.set(id, room.get(id)! - wanted.length);
    room.set(front.id, Math.min(...body.map(({ id }) => room.get(id)!)));
  }
  return result;
}

/** How many more values each block can hold in its registers. */
function roomIn(blocks: readonly MBlock[]): Map<BlockId, number> {
  const { out } = computeLiveness(blocks);
  return new Map(
    blocks.map(({ id, insts }) => {
      const live = new Set(out.get(id));
      const words = () => [...live].filter((reg) => !isSingle(reg));
      let room = LOW_REGISTERS - words().length;
      for (let i = insts.length - 1; i >= 0; i--) {
        const inst = insts[i];
        stepBack(live, inst);
        const isCall = inst.op === 'bl' || inst.op === 'blx';
        if (isCall) room = Math.min(room, LOW_SAVED_REGISTERS - words().filter((reg) => isVirtual(reg)).length);
        room = Math.min(room, LOW_REGISTERS - words().length);
      }
      return [id, room];
    }),
  );
}

interface Constant {
  readonly key: string;
  readonly insts: readonly MInst[];
}

/** What a loop makes again on each turn, but for what is only moved on: constants for literals and addresses first. */
function constantsIn(body: readonly MBlock[]): Constant[] {
  const counts = new Map<Reg, { definitions: number; users: MInst[] }>();
  const count = (reg: Reg) => {
    if (!counts.has(reg)) counts.set(reg, { definitions: 0, users: [] });
    return counts.get(reg)!;
  };
  const all = body.flatMap(({ insts }) => insts);
  for (const inst of all) {
    for (const reg of inst.defs) count(reg).definitions++;
    for (const reg of inst.uses) count(reg).users.push(inst);
  }
  const found = new Map<string, MInst[]>();
  for (const inst of all) {
    // Those of class single are hoist-singles' business.
    if ((inst.op !== 'const' && inst.op !== 'address') || isSingle(inst.defs[0])) continue;
    const { definitions, users } = count(inst.defs[0]);
    if (!isVirtual(inst.defs[0]) || definitions > 1 || users.every(({ op }) => op === 'copy')) continue;
    const key = `${inst.symbol ?? ''}+${inst.imm ?? 0}`;
    found.set(key, [...(found.get(key) ?? []), inst]);
  }
  const costOf = ({ insts: [{ op, imm }] }: Constant) => (op === 'address' || imm! >>> 0 > 0xff ? 1 : 0);
  return [...found].map(([key, insts]) => ({ key, insts })).sort((a, b) => costOf(b) - costOf(a));
}

/** The block from which alone the loop is entered and which goes nowhere else; a new one, if there is none. */
function frontOf(blocks: readonly MBlock[], { header, body }: Loop): MBlock {
  const before = blocks.filter((block) => !body.has(block.id) && successorsOf(block).includes(header));
  if (before.length === 1 && successorsOf(before[0]).length === 1) return before[0];
  const id = (Math.max(...blocks.map((block) => block.id)) + 1) as BlockId;
  const [place] = blocks.find((block) => block.id === header)!.insts.map((inst) => inst.place);
  return { id, insts: [{ op: 'b', defs: [], uses: [], targets: [header], ...(place ? { place } : {}) }] };
}

function insertFront(blocks: readonly MBlock[], front: MBlock, { header, body }: Loop): MBlock[] {
  for (const block of blocks) {
    if (body.has(block.id)) continue;
    block.insts = block.insts.map((inst) => {
      if (!inst.targets?.includes(header)) return inst;
      return { ...inst, targets: inst.targets.map((to) => (to === header ? front.id : to)) };
    });
  }
  const at = blocks.findIndex(({ id }) => id === header);
  return [...blocks.slice(0, at), front, ...blocks.slice(at)];
}

function move(blocks: readonly MBlock[], body: readonly MBlock[], front: MBlock, wanted: readonly Constant[]): void {
  const gone = new Set(wanted.flatMap(({ insts }) => insts));
  const names = new Map<Reg, Reg>();
  for (const { insts } of wanted) for (const inst of insts.slice(1)) names.set(inst.defs[0], insts[0].defs[0]);
  for (const block of body) block.insts = block.insts.filter((inst) => !gone.has(inst));
  const rename = (reg: Reg) => names.get(reg) ?? reg;
  for (const block of names.size > 0 ? blocks : []) {
    block.insts = block.insts.map((inst) =>
      inst.uses.some((reg) => names.has(reg)) ? { ...inst, uses: inst.uses.map(rename) } : inst,
    );
  }
  const { place } = front.insts[front.insts.length - 1];
  const made = wanted.map(({ insts: [first] }) => ({ ...first, place }));
  front.insts = [...front.insts.slice(0, -1), ...made, ...front.insts.slice(-1)];
}
