/**
 * The shape of a microcontroller's facts. Every fact carries its source: the vendor's document, its revision and the
 * section. Chips are plain data, so that a user can bring his own.
 */

/** A run of equal erase sectors. Runs follow each other from the unit's start. */
export interface SectorRun {
  readonly count: number;
  /** Bytes. */
  readonly size: number;
}

export interface FlashUnit {
  readonly name: string;
  readonly start: number;
  readonly sectors: readonly SectorRun[];
  /** Smallest programmable unit in bytes. */
  readonly writeSize: number;
  /** Whether a programmed unit may not be programmed again before its erase (ECC flash). */
  readonly writeOnce: boolean;
  readonly erasedByte: number;
  /** Rated erase cycles of a sector. */
  readonly endurance: number;
  readonly timing?: FlashTiming;
  readonly source: string;
}

/** How long an operation takes, in seconds. */
export interface OperationTime {
  readonly typical: number;
  readonly maximum: number;
}

export interface FlashTiming {
  /** Programming one unit, of whatever width. */
  readonly program: OperationTime;
  /** Erasing a sector, by its size in bytes and the number of bits programmed at once. */
  readonly erase: readonly EraseTime[];
  readonly source: string;
}

export interface EraseTime extends OperationTime {
  readonly sectorSize: number;
  readonly parallelism: number;
}

/** Memory beside flash and RAM that has a meaning of its own. */
export interface SpecialArea {
  readonly name: string;
  readonly kind: 'system-memory' | 'otp' | 'option-bytes' | 'unique-id' | 'flash-size' | 'package';
  readonly start: number;
  readonly size: number;
  readonly source: string;
}

export interface RamUnit {
  readonly name: string;
  readonly start: number;
  readonly size: number;
  /** Whether instructions can be fetched from it. */
  readonly executable: boolean;
  readonly source: string;
}

/** An external interrupt: `number` is the IRQ number (exception number - 16). */
export interface InterruptVector {
  readonly number: number;
  /** Handler name as in the vendor's start-up files: `EXTI0_IRQHandler`. */
  readonly name: string;
}

export interface RegisterFact {
  /** As in the manual: `CR1`. */
  readonly name: string;
  readonly offset: number;
  readonly resetValue: number;
  /** Bits that the manual defines; others are reserved. */
  readonly mask: number;
}

/** A bit of a clock-enable register. */
export interface ClockEnable {
  /** As in the manual: `AHB1ENR`. */
  readonly register: string;
  /** Offset of the register in the block RCC. */
  readonly offset: number;
  readonly bit: number;
}

/** A peripheral's register block at an address. */
export interface RegisterBlock {
  readonly name: string;
  readonly kind: string;
  readonly start: number;
  readonly size: number;
  /** IRQ numbers that the block can raise, by the name of the cause. */
  readonly interrupts?: Readonly<Record<string, number>>;
  /** What must be set before it can be used; absent for a block that is always clocked. */
  readonly clockEnable?: ClockEnable;
  readonly source: string;
}

export interface ChipFacts {
  /** `STM32F411xE`. */
  readonly name: string;
  readonly core: 'cortex-m4f';
  /** First address that the core fetches its vectors from after reset. */
  readonly resetAddress: number;
  readonly flash: FlashUnit;
  readonly ram: readonly RamUnit[];
  readonly areas?: readonly SpecialArea[];
  /** Number of external interrupt lines, gaps included: the vector table has 16 more words. */
  readonly interruptCount: number;
  readonly interrupts: readonly InterruptVector[];
  readonly registerBlocks: readonly RegisterBlock[];
  readonly sources: readonly string[];
}
