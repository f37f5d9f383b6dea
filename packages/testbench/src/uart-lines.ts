/**
 * Gathers the bytes of UART ports into lines of text. A line ends with LF; a CR before it is left out. A zero byte is of
 * no text: it ends a frame (docs/formats/transfer.md), and what stood before it is dropped.
 */

export interface UartLine {
  readonly port: string;
  readonly text: string;
}

export class UartLines {
  private readonly pending = new Map<string, number[]>();

  /** Takes one byte; gives the line when the byte ends one. */
  push(port: string, byte: number): UartLine | undefined {
    const bytes = this.pending.get(port) ?? [];
    this.pending.set(port, bytes);
    if (byte === 0) {
      this.pending.delete(port);
      return undefined;
    }
    if (byte !== 0x0a) {
      bytes.push(byte);
      return undefined;
    }
    this.pending.delete(port);
    return { port, text: decode(bytes) };
  }

  /** The text of a port that no line feed has ended yet. */
  partial(port: string): string {
    return decode(this.pending.get(port) ?? []);
  }

  /** Ends all lines that are still open. */
  flush(): UartLine[] {
    const lines = [...this.pending].map(([port, bytes]) => ({ port, text: decode(bytes) }));
    this.pending.clear();
    return lines.filter((line) => line.text !== '');
  }
}

function decode(bytes: readonly number[]): string {
  const text = new TextDecoder().decode(Uint8Array.from(bytes));
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
