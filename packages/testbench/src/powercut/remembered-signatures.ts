/** What verification of a signature found, by key, digest and signature: it depends on nothing else. */

const DIGEST_SIZE = 32;
const SIGNATURE_SIZE = 64;
/** Keys lie in the module's constants and never move: their address names them. */

interface Found {
  readonly found: number;
  readonly scratch: Uint8Array;
}

export class RememberedSignatures {
  private readonly known = new Map<string, Found>();
  private asked = '';

  /** The functions that firmware of the lab imports; `memory` is its own. */
  imports(memory: () => Uint8Array) {
    return {
      recall: (key: number, digest: number, signature: number, scratch: number): number => {
        const bytes = memory();
        const text = (at: number, size: number) => String.fromCharCode(...bytes.subarray(at, at + size));
        this.asked = `${key} ${text(digest, DIGEST_SIZE)}${text(signature, SIGNATURE_SIZE)}`;
        const known = this.known.get(this.asked);
        if (known) bytes.set(known.scratch, scratch);
        return known?.found ?? 0;
      },
      remember: (found: number, scratch: number, size: number): void => {
        this.known.set(this.asked, { found, scratch: memory().slice(scratch, scratch + size) });
      },
    };
  }
}
