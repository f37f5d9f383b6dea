/** Addresses that the linker decides. */

/** Variables with a first value: where they are in RAM, and where their first values are in flash. */
export declare function __data_start(): usize;
export declare function __data_end(): usize;
export declare function __data_load(): usize;
/** Variables that start as zero. */
export declare function __bss_start(): usize;
export declare function __bss_end(): usize;
/** The initial stack pointer: the end of the image's RAM. */
export declare function __stack_top(): usize;
/** The image's bytes in flash, its vector table first. */
export declare function __image_start(): usize;
export declare function __image_end(): usize;
