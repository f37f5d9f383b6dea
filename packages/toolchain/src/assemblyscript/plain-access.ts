/**
 * Refuses plain loads and stores of peripheral registers. Optimisers merge and drop them (measured: three reads of a
 * UART's data register became one), so that they work until something nearby changes. Found where the address is a
 * constant, or a constant plus something.
 */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress } from '@kickstage/base/hex';
import binaryen from 'binaryen';
import { constantOf } from './binaryen-api.ts';
import { type Expression, functionsOf, kindOf, walk } from './expressions.ts';
import { isStandardLibrary } from './source-tree.ts';

/** Peripherals, and the processor's own (DDI 0403E, B3.1): none of it is memory. */
function isPeripheral(address: number): boolean {
  return (address >= 0x4000_0000 && address < 0x6000_0000) || address >= 0xe000_0000;
}

export function checkPlainAccesses(module: binaryen.Module): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const fn of functionsOf(module)) {
    if (isStandardLibrary(fn.name)) continue;
    const found = new Set<number>();
    walk(fn.body, (expression) => {
      const kind = kindOf(expression);
      if (kind !== 'Load' && kind !== 'Store') return;
      const { ptr, offset } = binaryen.getExpressionInfo(expression) as binaryen.LoadInfo | binaryen.StoreInfo;
      const base = knownPart(module, ptr);
      if (base !== undefined && isPeripheral((base + offset) >>> 0)) found.add((base + offset) >>> 0);
    });
    for (const address of found) diagnostics.push(plainAccess(fn.name, address));
  }
  return diagnostics;
}

/** The constant in an address: itself, a constant variable, or one side of a sum. */
function knownPart(module: binaryen.Module, expression: Expression): number | undefined {
  switch (kindOf(expression)) {
    case 'Const':
      return Number(constantOf(expression));
    case 'GlobalGet': {
      const { name } = binaryen.getExpressionInfo(expression) as binaryen.GlobalGetInfo;
      const { mutable, init } = binaryen.getGlobalInfo(module.getGlobal(name));
      return mutable || init === 0 || kindOf(init) !== 'Const' ? undefined : Number(constantOf(init));
    }
    case 'Binary': {
      const { op, left, right } = binaryen.getExpressionInfo(expression) as binaryen.BinaryInfo;
      if (op !== (binaryen.AddInt32 as number)) return undefined;
      const a = knownPart(module, left);
      const b = knownPart(module, right);
      return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
    }
    default:
      return undefined;
  }
}

function plainAccess(name: string, address: number): Diagnostic {
  return {
    code: 'ASC025',
    severity: 'error',
    what: 'a peripheral register is accessed by a plain load or store',
    at: { path: name },
    got: `address ${formatAddress(address)}`,
    why: 'the compiler merges and drops plain accesses: a register may be read once where it is written twice',
    fix: 'use ld32 and st32 of kickstage/firmware/intrinsics/mmio (ld8, ld16, … for other widths)',
  };
}
