/** Function tables as data: entries of {type id, address}, so that an indirect call can check the type. */
import { crc32 } from '@kickstage/base/crc32';
import type { DataObject, FuncTable, FuncType, IrModule } from '../ir/types.ts';

/** A number for a function type: equal types have equal numbers in every module. */
export function typeId(type: FuncType): number {
  const text = type.wasm ?? `${type.params.join(',')}->${type.results.join(',')}`;
  return (crc32(new TextEncoder().encode(text)) & 0x7fffffff) | 1;
}

/** The table as a rodata object; an uninitialised element has type id 0, which is nobody's. */
export function tableData(table: FuncTable, module: IrModule): DataObject {
  const bytes = new Uint8Array(table.elements.length * 8);
  const view = new DataView(bytes.buffer);
  const functions = new Map([...module.functions, ...(module.externals ?? [])].map((f) => [f.name, f]));
  const relocations = table.elements.flatMap((name, i) => {
    const callee = functions.get(name ?? '');
    if (!callee) return [];
    view.setUint32(i * 8, typeId(callee.type), true);
    return [{ offset: i * 8 + 4, symbol: callee.name, addend: 0 }];
  });
  return {
    name: table.name,
    kind: table.mutable ? 'data' : 'rodata',
    bytes,
    size: bytes.length,
    alignment: 4,
    relocations,
  };
}
