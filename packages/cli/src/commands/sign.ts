/** `kickstage sign FILE`: makes an image of firmware, and signs it. */
import { resolve } from 'node:path';
import { type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import { formatSize } from '@kickstage/base/hex';
import { type DecodedImage, decodeImage } from '@kickstage/image/decode';
import { describeImage } from '@kickstage/image/describe';
import { encodeImage } from '@kickstage/image/encode';
import { keyId } from '@kickstage/image/keys/key';
import { localSigner, type Signer, signImage } from '@kickstage/image/sign';
import { padToSlot } from '@kickstage/image/trailer';
import { verifyImage } from '@kickstage/image/verify';
import { toHex } from '@kickstage/linker/formats/hex';
import type { Command } from 'commander';
import {
  type CommandContext,
  CommandFailure,
  type CommonOptions,
  contextOf,
  withCommonOptions,
} from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { developmentDiagnostics, keySource, type LoadedKey, loadKey, privateHalf } from '../keys/load-key.ts';
import { readInput } from '../read-input.ts';
import { externalSigner } from '../sign/external-signer.ts';
import { readFirmware } from '../sign/firmware-file.ts';
import { printImage } from '../sign/image-text.ts';
import { placeHeader } from '../sign/place-header.ts';
import { type RawSignOptions, readSignOptions, type SignOptions } from '../sign/sign-options.ts';
import { writeFileAtomically } from '../write-file.ts';

type Options = CommonOptions & RawSignOptions;

const collect = (value: string, list: readonly string[] = []) => [...list, value];

const HELP = `
Keys are PEM or DER files. Passwords come from KICKSTAGE_KEY_PASSWORD, or are asked for in a terminal.
A signer gets what is to be signed on its standard input, raw, and writes the signature to its standard output.
docs/formats/image.md says what is hashed and what is signed.`;

export function addSignCommand(program: Command): void {
  const command = withCommonOptions(program.command('sign'))
    .description("make an image in MCUboot's format of a firmware file, and sign it")
    .argument('<file>', 'raw binary, Intel HEX, ELF or UF2')
    .option('--key <file>', 'private key; with --signer the public one (repeatable: several signatures)', collect)
    .option('--key-env <name>', 'environment variable that holds the key')
    .option('--signer <command>', 'program that signs: digest on its input, signature on its output')
    .option('--signer-timeout <time>', 'how long it may take', '60s')
    .option('--hash-only', 'an image with a hash and without signature')
    .option('--version <version>', '1.2.3 or 1.2.3+4')
    .option('--slot-size <size>', 'bytes of the slot: 128K, 0x20000')
    .option('--slot-address <address>', 'where the slot begins; checks what the firmware is linked for')
    .option('--header-size <size>', 'bytes before the vector table', '512')
    .option('--security-counter <number>', 'the device refuses images with a lower one')
    .option('--dependency <image:version>', 'another image, and the least version of it (repeatable)', collect)
    .option('--tlv <type=hex>', 'a signed entry of your own, such as 0x00A0=0102 (repeatable)', collect)
    .option('--software-type <name>', 'adds a boot record for attestation')
    .option('--hash <name>', 'sha256, sha384 or sha512 (default: sha256; sha512 with --pure)')
    .option('--pure', 'sign the image itself and not its hash (Ed25519)')
    .option('--rom-fixed <address>', 'record where the image must lie')
    .option('--load-address <address>', 'record where in RAM the image is loaded');
  addSlotOptions(command)
    .option('--release', 'refuse development keys')
    .option('--out <file>', 'where the image goes; .hex for Intel HEX (default: FILE with .signed.bin)')
    .addHelpText('after', HELP)
    .action(sign);
}

function addSlotOptions(command: Command): Command {
  return command
    .option('--trailer <kind>', "room for MCUboot's trailer: none, swap or overwrite", 'none')
    .option('--align <bytes>', 'smallest write to flash, for the trailer: 1 to 32', '8')
    .option('--max-sectors <number>', 'sectors of a slot, for the trailer', '128')
    .option('--pad', "fill up to the slot's size, with a trailer that asks for installation")
    .option('--confirm', 'with --pad: install for good, not on trial')
    .option('--erased <byte>', 'what erased flash reads as', '0xff');
}

async function sign(file: string, raw: Options): Promise<void> {
  const context = contextOf(raw);
  const { value: options, diagnostics } = readSignOptions(raw);
  if (!options) throw new CommandFailure(diagnostics);
  const firmware = readFirmware(readInput(context.cwd, file), file, options.input.erasedByte);
  if (!firmware.value) throw new CommandFailure(firmware.diagnostics, EXIT.program);
  const keys = await loadKeys(raw, context);
  const placed = placeHeader(firmware.value, options, file);
  if (!placed.value) throw new CommandFailure(placed.diagnostics, EXIT.program);
  const { body, address, where } = placed.value;
  const signer = keys[0]?.publicKey;
  const unsigned = encodeImage({ ...options.input, body, ...(signer ? { signer } : {}) }, file);
  if (!unsigned.value) throw new CommandFailure(unsigned.diagnostics, EXIT.program);
  context.output.diagnostics(unsigned.diagnostics);
  const signers = keys.map((key) => signerOf(key, raw, options, context));
  const signed = await signImage(unsigned.value, signers, { pure: raw.pure === true }, file);
  if (!signed.value) throw new CommandFailure(signed.diagnostics, EXIT.verify);
  const image = decodeImage(signed.value, file).value as DecodedImage;
  const verdict = verifyImage(image, { slot: options.slot }, file).diagnostics;
  if (hasErrors(verdict)) throw new CommandFailure(verdict, EXIT.program);
  write(signed.value, { file, raw, options, context, address, where, image, keys });
}

async function loadKeys(raw: Options, { cwd, output }: CommandContext): Promise<LoadedKey[]> {
  const sources = (raw.key ?? []).map(keySource);
  if (raw.keyEnv !== undefined) sources.push({ variable: raw.keyEnv });
  const keys: LoadedKey[] = [];
  for (const source of sources) keys.push(await loadKey(cwd, source));
  if (raw.signer === undefined) for (const key of keys) privateHalf(key);
  const diagnostics: Diagnostic[] = keys.flatMap((key) => developmentDiagnostics(key, raw.release === true));
  if (hasErrors(diagnostics)) throw new CommandFailure(diagnostics, EXIT.verify);
  output.diagnostics(diagnostics);
  return keys;
}

function signerOf(
  key: LoadedKey,
  { signer }: Options,
  { signerTimeoutMs }: SignOptions,
  { cwd }: CommandContext,
): Signer {
  if (signer === undefined) return localSigner(privateHalf(key));
  return externalSigner({ command: signer, cwd, publicKey: key.publicKey, timeoutMs: signerTimeoutMs });
}

interface Made {
  readonly file: string;
  readonly raw: Options;
  readonly options: SignOptions;
  readonly context: CommandContext;
  /** Of the image; undefined where the file says none. */
  readonly address: number | undefined;
  readonly where: string;
  readonly image: DecodedImage;
  readonly keys: readonly LoadedKey[];
}

function write(bytes: Uint8Array, { file, raw, options, context, address, where, image, keys }: Made): void {
  const { output, cwd } = context;
  const out = raw.out ?? `${file.replace(/\.(?:bin|hex|elf|uf2)$/i, '')}.signed.bin`;
  const pad = { ...options.trailer, slotSize: options.slot.size, erasedByte: options.input.erasedByte ?? 0xff };
  const whole = raw.pad ? padToSlot(bytes, { ...pad, confirm: raw.confirm === true }) : bytes;
  const content = /\.hex$/i.test(out) ? hexOf(whole, image, address ?? options.slot.address, out) : whole;
  try {
    writeFileAtomically(resolve(cwd, out), content);
  } catch (error) {
    throw new CommandFailure([unwritable(out, error)]);
  }
  const description = describeImage(image);
  const { size, trailerSize = 0 } = options.slot;
  output.line(
    `${output.colors.bold(out)}: an image, ${keys.length === 0 ? 'not signed' : 'signed'}; the header ${where}`,
  );
  printImage(output, description);
  const trailer = trailerSize === 0 ? '' : `, ${formatSize(trailerSize)} of it for the trailer`;
  output.line(`  slot     ${formatSize(size)}${trailer}; ${formatSize(size - trailerSize - image.size)} are free`);
  for (const key of keys) output.line(`  key      ${keyId(key.publicKey)} (${key.name})`);
  const signedBy = keys.map(({ publicKey }) => ({ kind: publicKey.kind, id: keyId(publicKey) }));
  output.object({
    event: 'signed',
    file,
    out,
    ...(address === undefined ? {} : { address }),
    keys: signedBy,
    image: description,
  });
}

/** The start address is the reset handler, the vector table's second word. */
function hexOf(bytes: Uint8Array, { image: { body } }: DecodedImage, address: number | undefined, out: string): string {
  const entry = body.length < 8 ? 0 : new DataView(body.buffer, body.byteOffset).getUint32(4, true);
  if (address !== undefined) return toHex([{ address, bytes }], entry);
  throw new CommandFailure([
    {
      code: 'CLI004',
      severity: 'error',
      what: `${out} needs an address`,
      why: 'Intel HEX says where bytes go, and a raw binary does not',
      fix: 'give --slot-address, or write a .bin file',
    },
  ]);
}

function unwritable(file: string, error: unknown): Diagnostic {
  return {
    code: 'CLI006',
    severity: 'error',
    what: `cannot write ${file}`,
    at: { file },
    got: error instanceof Error ? error.message : String(error),
    why: 'the image was not written',
    fix: 'make the folder writable, or name another file with --out',
  };
}
