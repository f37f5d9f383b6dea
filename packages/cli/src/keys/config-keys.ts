/** Keys that a config names: what their files say of the public half, and who signs with them. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import { printHex } from '@kickstage/image/hash';
import { developmentReason } from '@kickstage/image/keys/development';
import { keyId } from '@kickstage/image/keys/key';
import { readKey } from '@kickstage/image/keys/read-key';
import { localSigner, type Signer } from '@kickstage/image/sign';
import type { Layout, LayoutImage, LayoutKey } from '@kickstage/memory-map/layout';
import type { ReadKey } from '@kickstage/memory-map/signing/resolve-keys';
import { CommandFailure } from '../command-context.ts';
import { externalSigner } from '../sign/external-signer.ts';
import { developmentDiagnostics, keySource, loadKey, privateHalf } from './load-key.ts';

const SIGNER_PATIENCE_MS = 60_000;

/** Reads the public half of a file beside the config. */
export function configKeyReader(folder: string): ReadKey {
  return (path) => {
    const content = readBytes(resolve(folder, path));
    if (content === undefined) return { diagnostics: [unreadable(path)] };
    const { value, diagnostics } = readKey(content, path);
    if (!value) return { diagnostics };
    const { kind, point } = value.publicKey;
    const development = developmentReason(value);
    return {
      value: {
        kind,
        // P-256 points have a first byte that says that both coordinates follow.
        point: printHex(kind === 'p256' ? point.subarray(1) : point),
        id: keyId(value.publicKey),
        ...(development === undefined ? {} : { development }),
      },
      diagnostics,
    };
  };
}

function readBytes(path: string): Uint8Array | undefined {
  try {
    return existsSync(path) ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(path: string): Diagnostic {
  return {
    code: 'KEY009',
    severity: 'error',
    what: 'the key cannot be read',
    got: `no file ${path} beside the config`,
    why: 'the bootloader trusts the public half that it holds',
    fix: `make one: kickstage keys new ${path}; or name the file of its public half, which may be in the repository`,
  };
}

export interface SigningRequest {
  readonly layout: Layout;
  /** The config's folder. */
  readonly folder: string;
  /** Development keys are refused. */
  readonly release: boolean;
  /** In place of the config's keys: a private key's file or `$NAME`, or with `signer` the public half. */
  readonly key?: string;
  readonly signer?: string;
}

export interface Signing {
  /** By the app's name: who signs it. Apps whose hash alone is verified have nobody. */
  readonly signers: ReadonlyMap<string, Signer>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Who signs each app that is to be signed; the end of the command where nobody can. */
export async function findSigners(request: SigningRequest): Promise<Signing> {
  const { layout, release } = request;
  const diagnostics: Diagnostic[] = release ? (layout.keys ?? []).flatMap(developmentKey) : [];
  const signers = new Map<string, Signer>();
  const known = new Map<string, Promise<Signer | undefined>>();
  const given = request.key === undefined ? undefined : await givenSigner(request, request.key, diagnostics);
  for (const app of layout.apps) {
    if (app.verify?.level !== 'signature') continue;
    const signer = given ?? (await ownSigner(app, request, known));
    if (!signer) diagnostics.push(nobodySigns(app));
    else if (!isTrusted(signer, app, layout)) diagnostics.push(notTrusted(app));
    else signers.set(app.name, signer);
  }
  if (hasErrors(diagnostics)) throw new CommandFailure(diagnostics);
  return { signers, diagnostics };
}

async function givenSigner(request: SigningRequest, text: string, diagnostics: Diagnostic[]): Promise<Signer> {
  const key = await loadKey(request.folder, keySource(text));
  diagnostics.push(...developmentDiagnostics(key, request.release));
  const { signer: command, folder: cwd } = request;
  if (command === undefined) return localSigner(privateHalf(key));
  return externalSigner({ command, cwd, publicKey: key.publicKey, timeoutMs: SIGNER_PATIENCE_MS });
}

/** The first of the app's keys that can sign. */
export async function ownSigner(
  app: LayoutImage,
  { layout, folder }: Pick<SigningRequest, 'layout' | 'folder'>,
  known: Map<string, Promise<Signer | undefined>>,
): Promise<Signer | undefined> {
  for (const name of app.verify?.keys ?? []) {
    const key = layout.keys?.find((one) => one.name === name);
    if (!key || isRevoked(key, app)) continue;
    if (!known.has(name)) known.set(name, signerOf(key, folder));
    const signer = await known.get(name);
    if (signer) return signer;
  }
  return undefined;
}

const isRevoked = ({ revokedAt }: LayoutKey, { verify }: LayoutImage) =>
  revokedAt !== undefined && (verify?.securityCounter ?? 0) >= revokedAt;

async function signerOf({ private: secret, signer: command, point }: LayoutKey, cwd: string) {
  if (secret === undefined) return undefined;
  const source = keySource(secret);
  if ('file' in source && !existsSync(resolve(cwd, source.file))) return undefined;
  if ('variable' in source && !process.env[source.variable]) return undefined;
  const key = await loadKey(cwd, source);
  const { kind, point: own } = key.publicKey;
  if (printHex(kind === 'p256' ? own.subarray(1) : own) !== point) return undefined;
  if (command !== undefined)
    return externalSigner({ command, cwd, publicKey: key.publicKey, timeoutMs: SIGNER_PATIENCE_MS });
  return key.privateKey ? localSigner(key.privateKey) : undefined;
}

function isTrusted({ publicKey }: Signer, app: LayoutImage, { keys = [] }: Layout): boolean {
  const id = keyId(publicKey);
  return keys.some((key) => key.id === id && app.verify?.keys.includes(key.name) && !isRevoked(key, app));
}

function nobodySigns({ name, verify }: LayoutImage): Diagnostic {
  return {
    code: 'KEY010',
    severity: 'error',
    what: `nobody signs \`${name}\``,
    at: { path: `apps.${name}.verify` },
    got: `no private half of ${verify?.keys.join(', ')}, and no signer`,
    why: 'the bootloader starts it only with a signature of a key that it trusts',
    fix: "name the private key: keys: { main: { public: …, private: 'keys/main.pem' } }, or build --key FILE",
  };
}

function notTrusted({ name, verify }: LayoutImage): Diagnostic {
  return {
    code: 'KEY011',
    severity: 'error',
    what: `the key that signs \`${name}\` is not one that its bootloader trusts`,
    at: { path: '--key' },
    why: `trusted are ${verify?.keys.join(', ')}, as long as they are not revoked`,
    fix: 'sign with one of those, or add the key to keys of the config',
  };
}

function developmentKey({ name, development }: LayoutKey): Diagnostic[] {
  if (development === undefined) return [];
  return [
    {
      code: 'KEY007',
      severity: 'error',
      what: `the bootloader would trust a development key, \`${name}\``,
      at: { path: `keys.${name}` },
      why: development,
      fix: 'for products make a key of your own: kickstage keys new FILE',
    },
  ];
}
