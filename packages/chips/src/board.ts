/** A board: a microcontroller and what is soldered to it. Plain data, so that a user can bring his own. */
import type { ChipFacts, FlashUnit } from './chip.ts';

/** Flash that is not in the microcontroller and not in its address space: serial NOR on a SPI port. */
export interface ExternalFlash extends FlashUnit {
  /** JEDEC id as command 0x9F answers it: manufacturer, type, capacity. */
  readonly jedecId: number;
  /** Bytes that one program command may write; they may not cross a page. */
  readonly pageSize: number;
  readonly connection: { readonly port: string; readonly select: string };
}

export interface Board {
  readonly name: string;
  readonly chip: ChipFacts;
  /** Frequency of the external crystal in Hz. */
  readonly hseHz?: number;
  readonly led?: { readonly pin: string; readonly activeLow: boolean };
  readonly button?: { readonly pin: string; readonly activeLow: boolean };
  readonly console?: { readonly port: string; readonly tx: string; readonly rx: string; readonly baud: number };
  /** Serial NOR flash on the board. Its addresses are its own: they begin at `start`, usually 0. */
  readonly externalFlash?: ExternalFlash;
  /** The exact part, as debug tools name it: `STM32F411CEUx`. */
  readonly part?: string;
  readonly source: string;
}
