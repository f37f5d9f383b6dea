/** A fault as a person needs it: where, who called, why most likely, and what the processor holds. */
import { formatAddress } from '@kickstage/base/hex';
import { MOST_FRAMES, unwind } from '@kickstage/linker/debug/unwind';
import type { LinkedImage } from '@kickstage/linker/link';
import type { AbortText } from '@kickstage/object/abort-text';
import type { FaultEvent, RunEvent } from '@kickstage/testbench/events';
import { codeText, type NamedCode, nameCaller, nameCode } from './code-places.ts';
import type { Output } from './output.ts';

export interface FaultSources {
  readonly images: readonly LinkedImage[];
  /** Of all images. */
  readonly aborts: readonly AbortText[];
  readonly board: StoppedBoard;
}

/** The processor's memory and registers as they are. */
export interface StoppedBoard {
  /** Undefined where there is no memory. */
  readWord(address: number): number | undefined;
  readonly registers: Pick<FaultEvent['registers'], 'sp' | 'lr'> & { readonly pc: number };
}

/** What the source says of a fault; with the event's own fields, the event as a program reads it. */
export interface FaultPlaces {
  readonly at: NamedCode;
  /** The text of the assertion, `throw` or abort() that ended the program. */
  readonly message?: string;
  /** Where lr points, when that is code. */
  readonly link?: NamedCode;
  /** The callers, the innermost first. */
  readonly backtrace: Backtrace;
}

/** `by`: the frame below was called from here, or is an exception that interrupted it. */
export type Backtrace = readonly (NamedCode & { readonly by: 'call' | 'exception' })[];

const AFTER_RESET = 0xffff_ffff;

/** Names the places of faults; without images, addresses alone. To be asked while the processor is as the fault found it. */
export class FaultText {
  private readonly sources: FaultSources;
  /** Faults that were told at length. */
  private readonly told = new Set<string>();

  constructor(sources: FaultSources) {
    this.sources = sources;
  }

  explain(event: FaultEvent): FaultPlaces {
    const { images } = this.sources;
    const at = nameCode(images, event.pc);
    const link = nameCaller(images, (event.registers.lr & ~1) >>> 0);
    const message = event.trap === 'abort' ? this.message(at) : undefined;
    const backtrace = this.callers({ pc: event.pc, ...event.registers });
    return {
      at,
      ...(message === undefined ? {} : { message }),
      ...(link.function === undefined ? {} : { link }),
      backtrace,
    };
  }

  /** What the source says of an event, for programs. */
  facts(event: RunEvent): Partial<FaultPlaces> {
    if (event.event === 'fault') return this.explain(event);
    return event.event === 'end' && event.reason === 'error' ? { backtrace: this.backtrace() } : {};
  }

  /** What belongs behind the event's own line; nothing when the same fault was told already. */
  lines(event: FaultEvent, places: FaultPlaces, colors: Output['colors']): string[] {
    const { cause, status, exception, pc, bits } = event;
    const key = `${exception} ${pc} ${bits}`;
    if (this.told.has(key)) return [];
    this.told.add(key);
    const word = (title: string, text: string) => titled(title, text, colors);
    const { message } = places;
    return [
      ...backtraceLines(places.backtrace, colors),
      ...(cause === undefined ? [] : [word('likely', colors.bold(cause))]),
      ...(message === undefined ? [] : [word('says', colors.bold(message))]),
      ...status.map((text) => word('status', text)),
      word('CFSR', statusRegisters(event, colors)),
      ...registers(event, colors),
      word('lr', linkText(event, places)),
    ];
  }

  /** The texts of the places where the program may have ended. */
  private message({ places }: NamedCode): string | undefined {
    const texts = places.flatMap(({ file, line, column }) =>
      this.sources.aborts.flatMap(({ place, text }) =>
        place.file === file && place.line === line && place.column === column ? [text] : [],
      ),
    );
    return texts.length > 0 ? [...new Set(texts)].join(' or ') : undefined;
  }

  /** Who has called where the processor stands now. */
  backtrace(): Backtrace {
    return this.callers(this.sources.board.registers);
  }

  private callers(registers: StoppedBoard['registers']): Backtrace {
    const { images, board } = this.sources;
    return unwind({ ...registers, images, readWord: (address) => board.readWord(address) }).flatMap(({ pc, by }) => {
      if (by === 'top') return [];
      return [{ ...(by === 'call' ? nameCaller(images, pc) : nameCode(images, pc)), by }];
    });
  }
}

/** Callers, one a line; those that are the same become one. */
export function backtraceLines(backtrace: Backtrace, colors: Output['colors']): string[] {
  const lines: { readonly text: string; count: number }[] = [];
  for (const caller of backtrace) {
    const text = `${codeText(caller)}${caller.by === 'exception' ? ', interrupted' : ''}`;
    const last = lines.at(-1);
    if (last?.text === text) last.count++;
    else lines.push({ text, count: 1 });
  }
  const shown = lines.map(({ text, count }) => (count > 1 ? `${text}, ${count} times` : text));
  if (backtrace.length === MOST_FRAMES - 1) shown.push('and so on');
  return shown.map((text) => titled('from', text, colors));
}

const titled = (title: string, text: string, colors: Output['colors']) => `${colors.dim(title.padEnd(7))} ${text}`;

function statusRegisters({ cfsr, hfsr, bits, address }: FaultEvent, colors: Output['colors']): string {
  const named = (name: string, value: number) => `  ${colors.dim(name)} ${formatAddress(value)}`;
  const holder = bits & BFARVALID ? 'BFAR' : bits & MMARVALID ? 'MMFAR' : undefined;
  const at = holder === undefined || address === undefined ? '' : named(holder, address);
  return `${formatAddress(cfsr)}${named('HFSR', hfsr)}${at}`;
}

/** Bits of CFSR (DDI 0403E B3.2.15): which register holds the address. */
const MMARVALID = 1 << 7;
const BFARVALID = 1 << 15;

/** Those that the entry of the exception stacks, and the stack pointer before it. */
function registers({ registers: r }: FaultEvent, colors: Output['colors']): string[] {
  const row = (...names: (keyof typeof r)[]) =>
    names.map((name) => `${colors.dim(name.padEnd(4))} ${formatAddress(r[name])}`).join('  ');
  return [row('r0', 'r1', 'r2', 'r3'), row('r12', 'sp', 'lr', 'xpsr')];
}

function linkText({ registers: { lr } }: FaultEvent, { link }: FaultPlaces): string {
  if (link) return codeText(link);
  if (lr === AFTER_RESET) return 'as after reset: nobody has called';
  if (lr >>> 28 === 15) return 'a handler runs, which returns from its exception';
  return `${formatAddress(lr)}, where no code of the project is`;
}
