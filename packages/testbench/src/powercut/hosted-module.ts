/** A compiled firmware module, ready for a host: its data blocks and variables have addresses in the module's own memory. */

/** What is needed of a compiled firmware module. */
export interface HostedModule {
  readonly module: WebAssembly.Module;
  /** Address of each data block in the module's memory. */
  readonly data: Readonly<Record<string, number>>;
  readonly contents: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** Addresses of variables that lie in memory, by symbol. */
  readonly variables: Readonly<Record<string, number>>;
  /** First address behind all that: free for callers. */
  readonly free: number;
}

interface Place {
  readonly symbol: string;
  readonly addend: number;
}

export interface ModuleSource {
  /** Its mutable globals are exported: a session begins with what they are at first. */
  readonly wasm: Uint8Array;
  readonly blocks: readonly {
    readonly symbol: string;
    readonly bytes: Uint8Array;
    readonly alignment: number;
    /** Words of it that are addresses in blocks. */
    readonly relocations: readonly (Place & { readonly offset: number })[];
  }[];
  /** Variables that lie in memory since a handler shares them: little-endian, the first value an address perhaps. */
  readonly variables: readonly {
    readonly symbol: string;
    readonly size: number;
    readonly initial: bigint;
    readonly initialAddress?: Place;
  }[];
}

const FIRST_BLOCK = 0x400;

export function hostModule({ wasm, blocks, variables }: ModuleSource): HostedModule {
  let at = FIRST_BLOCK;
  const place = (size: number, alignment: number): number => {
    const address = Math.ceil(at / alignment) * alignment;
    at = address + size;
    return address;
  };
  const data = Object.fromEntries(
    blocks.map(({ symbol, bytes, alignment }) => [symbol, place(bytes.length, alignment)] as const),
  );
  const addresses = Object.fromEntries(variables.map(({ symbol }) => [symbol, place(8, 8)] as const));
  const addressOf = ({ symbol, addend }: Place) => data[symbol] + addend;
  const contents = blocks.map(({ symbol, bytes, relocations }) => {
    const copy = bytes.slice();
    const view = new DataView(copy.buffer);
    for (const one of relocations) view.setUint32(one.offset, addressOf(one), true);
    return { address: data[symbol], bytes: copy };
  });
  for (const { symbol, size, initial, initialAddress } of variables) {
    const bytes = new Uint8Array(8);
    const first = initialAddress ? BigInt(addressOf(initialAddress)) : initial;
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, first), true);
    contents.push({ address: addresses[symbol], bytes: bytes.subarray(0, size) });
  }
  const module = new WebAssembly.Module(wasm.slice() as BufferSource);
  return { module, data, contents, variables: addresses, free: Math.ceil(at / 8) * 8 };
}
