/**
 * Memory that something else reads or writes too: the mailbox, another image's flash. As `mmio`, for what is no
 * peripheral. Variables that interrupt handlers share need none of this: the compiler makes them volatile by itself.
 */
export declare function ld8(address: usize): u32;
export declare function ld16(address: usize): u32;
export declare function ld32(address: usize): u32;
export declare function st8(address: usize, value: u32): void;
export declare function st16(address: usize, value: u32): void;
export declare function st32(address: usize, value: u32): void;
