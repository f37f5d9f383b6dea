/** What a config may say about keys, and about what the bootloader makes sure of before it starts or installs an image. */

export const VERIFY_LEVELS = ['none', 'hash', 'signature'] as const;
export const VERIFY_TIMES = ['boot', 'change'] as const;
export const ROLLBACKS = ['image', 'journal'] as const;
export type VerifyLevel = (typeof VERIFY_LEVELS)[number];

/** A key that images are signed with. Files are PEM or DER, relative to the config. */
export interface KeyConfig {
  /** File of the public half, which the bootloader trusts. A private file serves, too. */
  readonly public: string;
  /** What `build` signs with: a file, or `$NAME`, an environment variable that holds what the file would. */
  readonly private?: string;
  /** A command that signs in place of a private key, as `kickstage sign --signer` runs it. */
  readonly signer?: string;
  /** Images with this security counter or a higher one are not to be signed with it any more. */
  readonly revokedAt?: number;
}

/** Of an app, beside its `verify`. */
export interface AppSigningConfig {
  /** What holds before the app is started or an update of it installed; `none` when absent. */
  readonly verify?: VerifyLevel;
  /**
   * Before which starts it is verified: each (`boot`, when absent), or those of an image that is another than the one that
   * was verified last (`change`). Updates are verified before they are installed, whichever it is.
   */
  readonly verifyWhen?: (typeof VERIFY_TIMES)[number];
  /** Names of `keys` that may sign it; all when absent. The first that `build` can sign with signs. */
  readonly keys?: readonly string[];
  /** Updates with a lower one than the image in place has are refused, and a bootloader built with it starts none below. */
  readonly securityCounter?: number;
  /**
   * Below which security counter images are refused: that of the image in place (`image`, when absent), or the highest one
   * of a confirmed image, which the journal keeps, too (`journal`).
   */
  readonly rollback?: (typeof ROLLBACKS)[number];
  /** Updates with a lower version: refused where signatures are checked, allowed where not, unless this says otherwise. */
  readonly downgrade?: 'refuse' | 'allow';
}

/** What a key's file says, once the door has read it. */
export interface KeyFacts {
  readonly kind: 'ed25519' | 'p256';
  /** The public key in hexadecimal: 32 bytes of Ed25519; x and y of P-256. */
  readonly point: string;
  /** SHA-256 of its SubjectPublicKeyInfo: what images name it by. */
  readonly id: string;
  /** Why it is for trials only; absent where it is not. */
  readonly development?: string;
}

export const keyConfig = (value: string | KeyConfig): KeyConfig =>
  typeof value === 'string' ? { public: value } : value;
