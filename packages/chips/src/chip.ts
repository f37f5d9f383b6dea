/**
 * The shape of a microcontroller's facts. Every fact carries its source: the vendor's document, its revision and the
 * section. Chips are plain data, so that a user can bring his own.
 */

/** A run of equal erase sectors. Runs follow each other from the unit's start. */
export interface SectorRun {
  readonly count: number;
  /** Bytes. */
  readonly size: number;
  /** Flash bank that the run is in, from 1: code in one bank runs while the other is erased. Absent: the only bank. */
  readonly bank?: number;
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
  /** Whether DMA and peripherals reach it; a core-coupled memory is the core's alone. Absent: they do. */
  readonly coreCoupled?: boolean;
  readonly source: string;
}

/** The factory's USB bootloader in system memory. */
export interface DfuFacts {
  /** USB ids as it shows itself: 0x0483, 0xDF11. */
  readonly vendor: number;
  readonly product: number;
  /** How to start it by hand, in words: which pins at reset. */
  readonly entry: string;
  readonly source: string;
}

/** What a debug probe reads to tell microcontrollers apart. */
export interface DebugFacts {
  /** DBGMCU_IDCODE.DEV_ID, 12 bits. */
  readonly deviceId: number;
  readonly source: string;
}

/** Where a reset's cause is read, and what its bits mean. Masks in the register. */
export interface ResetFlags {
  /** Address of the register (RCC_CSR). */
  readonly register: number;
  /** Setting it removes all flags. */
  readonly clear: number;
  readonly powerOn: number;
  /** 0 where a brown-out cannot be told from a power-on. */
  readonly brownOut: number;
  readonly pin: number;
  readonly software: number;
  readonly watchdog: number;
  readonly windowWatchdog: number;
  readonly lowPower: number;
  readonly source: string;
}

/** Names by which tools of others know the microcontroller. */
export interface ToolNames {
  /** OpenOCD's `target/<name>.cfg`. */
  readonly openocdTarget: string;
  /** Family id of the UF2 format. */
  readonly uf2Family: number;
}

/** An external interrupt: `number` is the IRQ number (exception number - 16). */
export interface InterruptVector {
  readonly number: number;
  /** Handler name as in the vendor's start-up files: `EXTI0_IRQHandler`. */
  readonly name: string;
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
  /** Peripherals of one family have the same registers: `stm32f4`, `stm32l4`. Chooses the firmware's drivers. */
  readonly family: string;
  readonly flash: FlashUnit;
  readonly ram: readonly RamUnit[];
  readonly areas?: readonly SpecialArea[];
  /** Number of external interrupt lines, gaps included: the vector table has 16 more words. */
  readonly interruptCount: number;
  readonly interrupts: readonly InterruptVector[];
  readonly registerBlocks: readonly RegisterBlock[];
  readonly resetFlags?: ResetFlags;
  readonly debug?: DebugFacts;
  readonly dfu?: DfuFacts;
  readonly tools?: ToolNames;
  readonly sources: readonly string[];
}

/** Whether the processor has a single-precision floating-point unit, FPv4-SP (DDI 0439D, 7). */
export const hasFpu = ({ core }: Pick<ChipFacts, 'core'>) => core === 'cortex-m4f';
