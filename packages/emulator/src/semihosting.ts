/**
 * Semihosting: a program asks its host for output and for its end by BKPT 0xAB with an operation in R0 and a block of
 * arguments at R1 (Arm, Semihosting for AArch32 and AArch64, version 3.0, chapters 2 and 3). Here are the operations that a
 * C library needs to print and to end. The console is a file, and so is the list of features, in which a library looks for
 * the exit with a code (2.3).
 */
import type { Machine } from './machine.ts';
import { Fault, unheardBreakpoint } from './processor/fault.ts';

const BREAKPOINT = 0xab;
/** The port under which output is reported. */
export const SEMIHOSTING_PORT = 'semihosting';

const OPERATION = {
  open: 0x01,
  close: 0x02,
  writeCharacter: 0x03,
  writeString: 0x04,
  write: 0x05,
  read: 0x06,
  isError: 0x08,
  isConsole: 0x09,
  seek: 0x0a,
  length: 0x0c,
  clock: 0x10,
  time: 0x11,
  errno: 0x13,
  commandLine: 0x15,
  heapInfo: 0x16,
  exit: 0x18,
  exitExtended: 0x20,
} as const;

/** ADP_Stopped_ApplicationExit: the reason of an exit that went well. */
const APPLICATION_EXIT = 0x20026;
const FAILED = -1;
const FEATURES_NAME = ':semihosting-features';
/** Magic of the file, and the bits of SYS_EXIT_EXTENDED and of an output and an error stream at the console. */
const FEATURES = Uint8Array.of(0x53, 0x48, 0x46, 0x42, 0x03);
/** Longest text that is taken at once: a string without an end is a mistake of the program. */
const MOST_CHARACTERS = 1 << 16;

export class Semihosting {
  /** What the program ended with; undefined while it runs. */
  exitCode: number | undefined;
  private readonly machine: Machine;
  private handles = 0;
  /** By the handle of an open file of features: what comes next of it. */
  private readonly positions = new Map<number, number>();

  /** Takes the machine's breakpoints. */
  constructor(machine: Machine) {
    this.machine = machine;
    machine.cpu.onBreakpoint = (immediate) => {
      if (immediate !== BREAKPOINT) throw unheardBreakpoint(immediate);
      const { r } = machine.cpu;
      r[0] = this.call(r[0], r[1]);
    };
  }

  private call(operation: number, argument: number): number {
    switch (operation) {
      case OPERATION.writeCharacter:
        this.print([this.byte(argument)]);
        return 0;
      case OPERATION.writeString:
        this.print(this.textAt(argument));
        return 0;
      case OPERATION.write:
        this.print(this.bytes(this.word(argument + 4), this.word(argument + 8)));
        return 0;
      case OPERATION.exit:
        return this.end(argument === APPLICATION_EXIT ? 0 : 1);
      case OPERATION.exitExtended:
        return this.end(this.word(argument) === APPLICATION_EXIT ? this.word(argument + 4) : 1);
      default:
        return this.answer(operation, argument);
    }
  }

  /** Operations that change nothing outside the program. */
  private answer(operation: number, argument: number): number {
    switch (operation) {
      case OPERATION.open:
        return this.open(textOf(this.bytes(this.word(argument), this.word(argument + 8))));
      case OPERATION.close:
      case OPERATION.errno:
        return 0;
      case OPERATION.seek:
        if (this.positions.has(this.word(argument))) this.positions.set(this.word(argument), this.word(argument + 4));
        return 0;
      case OPERATION.length:
        return this.positions.has(this.word(argument)) ? FEATURES.length : 0;
      case OPERATION.isError:
        return this.word(argument) < 0 ? 1 : 0;
      case OPERATION.isConsole:
        return this.positions.has(this.word(argument)) ? 0 : 1;
      case OPERATION.read:
        return this.read(this.word(argument), this.word(argument + 4), this.word(argument + 8));
      case OPERATION.clock:
        return Math.floor(this.machine.seconds() * 100);
      case OPERATION.time:
        return Math.floor(this.machine.seconds());
      case OPERATION.commandLine:
        return this.emptyCommandLine(argument);
      case OPERATION.heapInfo:
        return this.heapInfo(argument);
      default:
        throw new Fault('HardFault', 0, `semihosting operation 0x${operation.toString(16)} is not there`);
    }
  }

  /** `:tt` is the console, for reading and for writing. */
  private open(name: string): number {
    if (name !== ':tt' && name !== FEATURES_NAME) return FAILED;
    this.handles++;
    if (name === FEATURES_NAME) this.positions.set(this.handles, 0);
    return this.handles;
  }

  /** Gives how much could not be read. At the console nobody types: that is all of it, the end of the file. */
  private read(handle: number, buffer: number, count: number): number {
    const at = this.positions.get(handle);
    if (at === undefined) return count;
    const bytes = FEATURES.subarray(at, at + count);
    bytes.forEach((byte, i) => this.machine.bus.write8(buffer + i, byte));
    this.positions.set(handle, at + bytes.length);
    return count - bytes.length;
  }

  private emptyCommandLine(argument: number): number {
    const buffer = this.word(argument);
    if (this.word(argument + 4) < 1) return FAILED;
    this.machine.bus.write8(buffer, 0);
    this.machine.bus.write32(argument + 4, 0);
    return 0;
  }

  /** Zeros: the program's own linker script says where heap and stack are. */
  private heapInfo(argument: number): number {
    const block = this.word(argument);
    for (let i = 0; i < 4; i++) this.machine.bus.write32(block + 4 * i, 0);
    return 0;
  }

  private end(code: number): number {
    this.exitCode = code;
    this.machine.requestStop();
    return 0;
  }

  private print(bytes: Iterable<number>): void {
    for (const byte of bytes) this.machine.emit({ event: 'uart', port: SEMIHOSTING_PORT, byte });
  }

  private textAt(address: number): number[] {
    const bytes: number[] = [];
    for (let at = address; bytes.length < MOST_CHARACTERS; at++) {
      const byte = this.byte(at);
      if (byte === 0) break;
      bytes.push(byte);
    }
    return bytes;
  }

  private bytes(address: number, count: number): number[] {
    return Array.from({ length: Math.min(count >>> 0, MOST_CHARACTERS) }, (_, i) => this.byte(address + i));
  }

  private byte(address: number): number {
    return this.machine.bus.read8(address | 0);
  }

  private word(address: number): number {
    return this.machine.bus.read32(address | 0);
  }
}

function textOf(bytes: readonly number[]): string {
  return String.fromCharCode(...bytes);
}
