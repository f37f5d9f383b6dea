/**
 * Frames of GDB's remote serial protocol (GDB manual, appendix E.1): `$body#hh`, where hh is the sum of the body's bytes
 * modulo 256 in hex. Inside a body `}` escapes: the byte after it is XORed with 0x20. Outside of packets there are `+`
 * and `-` (a packet came whole, or damaged) and 0x03 (stop what runs). Bodies are strings here, a character a byte.
 */

const DOLLAR = 0x24;
const HASH = 0x23;
const ESCAPE = 0x7d;
const PLUS = 0x2b;
const MINUS = 0x2d;
const INTERRUPT = 0x03;

/** Bytes of a packet's body that are taken, escapes counted. */
export const MOST_BODY_BYTES = 0x4000;

export type Incoming =
  | { readonly kind: 'packet'; readonly body: string }
  /** A packet whose checksum is wrong. */
  | { readonly kind: 'damaged' }
  /** A packet with more bytes than are taken. Its body is lost. */
  | { readonly kind: 'overlong' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nack' }
  | { readonly kind: 'interrupt' };

type State = 'outside' | 'body' | 'first-digit' | 'second-digit';

/** Bytes in, packets out. Whatever the bytes are, it never throws; a packet may come in any number of pieces. */
export class PacketReader {
  private state: State = 'outside';
  private readonly bytes: number[] = [];
  private isOverlong = false;
  private sum = 0;
  private firstDigit = 0;

  read(chunk: Uint8Array): Incoming[] {
    const incoming: Incoming[] = [];
    for (const byte of chunk) {
      const one = this.take(byte);
      if (one) incoming.push(one);
    }
    return incoming;
  }

  private take(byte: number): Incoming | undefined {
    switch (this.state) {
      case 'outside':
        return this.outside(byte);
      case 'body':
        this.body(byte);
        return undefined;
      case 'first-digit':
        this.firstDigit = byte;
        this.state = 'second-digit';
        return undefined;
      case 'second-digit':
        return this.finish(byte);
    }
  }

  private outside(byte: number): Incoming | undefined {
    if (byte === DOLLAR) this.start();
    if (byte === PLUS) return { kind: 'ack' };
    if (byte === MINUS) return { kind: 'nack' };
    return byte === INTERRUPT ? { kind: 'interrupt' } : undefined;
  }

  private start(): void {
    this.state = 'body';
    this.bytes.length = 0;
    this.isOverlong = false;
    this.sum = 0;
  }

  /** A bare `$` cannot be in a body: the packet before it was cut off. */
  private body(byte: number): void {
    if (byte === HASH) {
      this.state = 'first-digit';
      return;
    }
    if (byte === DOLLAR) {
      this.start();
      return;
    }
    this.sum = (this.sum + byte) & 0xff;
    if (this.bytes.length < MOST_BODY_BYTES) this.bytes.push(byte);
    else this.isOverlong = true;
  }

  private finish(secondDigit: number): Incoming {
    this.state = 'outside';
    const digits = String.fromCharCode(this.firstDigit, secondDigit);
    const isWhole = /^[0-9a-f]{2}$/i.test(digits) && Number.parseInt(digits, 16) === this.sum;
    if (!isWhole) return { kind: 'damaged' };
    return this.isOverlong ? { kind: 'overlong' } : { kind: 'packet', body: withoutEscapes(this.bytes) };
  }
}

/** An escape at the end of a body has nothing to escape: it is left out. */
function withoutEscapes(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== ESCAPE) text += String.fromCharCode(bytes[i]);
    else if (++i < bytes.length) text += String.fromCharCode(bytes[i] ^ 0x20);
  }
  return text;
}

/** The packet of a body: escaped, framed, with its checksum. `*` is escaped, too: in answers it stands for repetition. */
export function framePacket(body: string): Uint8Array {
  const bytes = [DOLLAR];
  let sum = 0;
  const push = (byte: number) => {
    bytes.push(byte);
    sum = (sum + byte) & 0xff;
  };
  for (let i = 0; i < body.length; i++) {
    const byte = body.charCodeAt(i) & 0xff;
    const isSpecial = byte === DOLLAR || byte === HASH || byte === ESCAPE || byte === 0x2a;
    if (isSpecial) push(ESCAPE);
    push(isSpecial ? byte ^ 0x20 : byte);
  }
  const digits = sum.toString(16).padStart(2, '0');
  bytes.push(HASH, digits.charCodeAt(0), digits.charCodeAt(1));
  return Uint8Array.from(bytes);
}
