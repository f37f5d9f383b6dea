/** Instructions that TypeScript has no words for (DDI 0403E, A7.7). Each call becomes that instruction. */

/** Waits until memory accesses before it are complete. */
export declare function dsb(): void;
/** Fetches what follows anew, after a change of the processor's state. */
export declare function isb(): void;
/** Keeps the order of memory accesses before and after it. */
export declare function dmb(): void;
/** Sleeps until an interrupt. */
export declare function wfi(): void;
/** Sleeps until an event. */
export declare function wfe(): void;
/** Makes an event. */
export declare function sev(): void;
export declare function nop(): void;
/** PRIMASK ← 1: interrupts off. */
export declare function cpsid(): void;
/** PRIMASK ← 0: interrupts on. */
export declare function cpsie(): void;
export declare function mrs_msp(): u32;
export declare function msr_msp(value: u32): void;
export declare function mrs_primask(): u32;
export declare function msr_primask(value: u32): void;
export declare function mrs_basepri(): u32;
export declare function msr_basepri(value: u32): void;
export declare function mrs_control(): u32;
export declare function msr_control(value: u32): void;
export declare function mrs_ipsr(): u32;
/** Supervisor call; `number` is a constant of 0..255. */
export declare function svc(number: u32): void;
/** Breakpoint; `number` is a constant of 0..255. */
export declare function bkpt(number: u32): void;
/** MSP ← `stackPointer`, then jumps to `handler` (bit 0 set: Thumb). Does not come back. */
export declare function bootload(stackPointer: u32, handler: u32): void;
/** Ends the program with a fault. */
export declare function abort(): void;
