/**
 * Peripheral registers. Each call becomes one load or store of that width, in the order written: the compiler merges
 * plain loads, so that a register must never be read with load<u32>(). Addresses are naturally aligned.
 */
export declare function ld8(address: usize): u32;
export declare function ld16(address: usize): u32;
export declare function ld32(address: usize): u32;
export declare function st8(address: usize, value: u32): void;
export declare function st16(address: usize, value: u32): void;
export declare function st32(address: usize, value: u32): void;
