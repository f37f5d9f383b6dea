/** A project whose bootloader verifies its apps, built in the test, with keys that are always the same. */

import { blackpill } from '@kickstage/chips/boards/blackpill';
import { printHex } from '@kickstage/image/hash';
import type { KeyKind, PrivateKey } from '@kickstage/image/keys/key';
import { keyId, makePrivateKey } from '@kickstage/image/keys/key';
import { localSigner } from '@kickstage/image/sign';
import type { LinkedImage } from '@kickstage/linker/link';
import type { AppConfig, Config } from '@kickstage/memory-map/define';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import { resolve } from '@kickstage/memory-map/resolve';
import type { KeyFacts } from '@kickstage/memory-map/signing/config';
import { type Build, buildProject } from '@kickstage/toolchain/build';
import { signLinked } from '@kickstage/toolchain/sign-image';
import { expectNoErrors, FIRMWARE } from '../firmware/firmware-files.ts';

/** A key of 32 equal bytes. */
export function keyOf(kind: KeyKind, byte: number): PrivateKey {
  return makePrivateKey(kind, new Uint8Array(32).fill(byte))!;
}

export function factsOf({ publicKey }: PrivateKey): KeyFacts {
  const { kind, point } = publicKey;
  return { kind, point: printHex(kind === 'p256' ? point.subarray(1) : point), id: keyId(publicKey) };
}

export type ProjectConfig = Pick<Config, 'boot' | 'mailbox' | 'updates'> & {
  readonly bootloader?: Config['bootloader'];
  readonly apps: Readonly<Record<string, AppConfig>>;
  readonly board?: Config['board'];
};

export interface Project {
  readonly layout: Layout;
  readonly build: Build;
  readonly key: PrivateKey;
}

export const BOOT = "export { Reset_Handler } from 'kickstage/firmware/boot/main';";
/** An app that does nothing. */
export const IDLE = 'export function Reset_Handler(): void { while (true) {} }';

/** `files`: sources beside boot/main.ts, by path. */
export async function buildVerified(
  config: ProjectConfig,
  key: PrivateKey,
  files: Readonly<Record<string, string>>,
  firmware: ReadonlyMap<string, string> = FIRMWARE,
): Promise<Project> {
  const { value: layout, diagnostics } = resolve(
    {
      board: blackpill,
      bootloader: { entry: 'boot/main.ts', size: '16K', version: '1.2.3' },
      keys: { main: 'main.pem' },
      ...config,
    },
    { readKey: () => ({ value: factsOf(key), diagnostics: [] }) },
  );
  expectNoErrors(diagnostics);
  const sources: Readonly<Record<string, string>> = { 'boot/main.ts': BOOT, ...files };
  const { value: build, diagnostics: found } = await buildProject({
    layout: layout!,
    chip: (config.board ?? blackpill).chip,
    firmware,
    readSource: (path) => sources[path],
    signers: new Map(layout!.apps.map(({ name }) => [name, localSigner(key)])),
  });
  expectNoErrors(found);
  return { layout: layout!, build: build!, key };
}

export function linkedOf({ build }: Project, name: string): LinkedImage {
  return build.images.find((image) => image.name === name)!.linked;
}

export interface SignOptions {
  readonly key?: PrivateKey;
  /** Bytes that are hashed; the program is filled up. */
  readonly size?: number;
  readonly version?: string;
  readonly securityCounter?: number;
}

/** The image of an app, signed anew as the options say. */
export async function signedImage(project: Project, name: string, options: SignOptions = {}): Promise<Uint8Array> {
  const { layout } = project;
  const linked = linkedOf(project, name);
  const end = linked.linkerSymbols.get('__image_end')! - linked.image.slot.start;
  const program = new Uint8Array(options.size ?? end).map((_, i) => (i < end ? linked.bytes[i] : (i * 151) >> 3));
  const verify = linked.image.verify!;
  const { securityCounter = verify.securityCounter, version = linked.image.version } = options;
  const image: LayoutImage = {
    ...linked.image,
    version,
    verify: { ...verify, ...(securityCounter === undefined ? {} : { securityCounter }) },
  };
  const signer = verify.level === 'signature' ? localSigner(options.key ?? project.key) : undefined;
  const { value, diagnostics } = await signLinked({ ...linked, bytes: program, image }, layout, signer);
  expectNoErrors(diagnostics);
  return value!.bytes;
}
