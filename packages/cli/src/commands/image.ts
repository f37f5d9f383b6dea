/** `kickstage image show | verify`: what an image holds, and whether a board would start it. */
import { type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import { formatSize } from '@kickstage/base/hex';
import { type DecodedImage, decodeImage } from '@kickstage/image/decode';
import { describeImage } from '@kickstage/image/describe';
import { KEY_NAMES, keyId } from '@kickstage/image/keys/key';
import { reviewImage } from '@kickstage/image/review';
import { type SlotFacts, verifyImage } from '@kickstage/image/verify';
import type { Command } from 'commander';
import { CommandFailure, type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { developmentDiagnostics, keySource, type LoadedKey, loadKey } from '../keys/load-key.ts';
import { readInput } from '../read-input.ts';
import { readFirmware } from '../sign/firmware-file.ts';
import { printImage } from '../sign/image-text.ts';
import { OptionReader } from '../sign/sign-options.ts';

interface VerifyOptions extends CommonOptions {
  readonly key?: readonly string[];
  readonly hashOnly?: boolean;
  readonly slotSize?: string;
  readonly slotAddress?: string;
  readonly release?: boolean;
}

const collect = (value: string, list: readonly string[] = []) => [...list, value];
const FILE = 'the image: raw, Intel HEX, ELF or UF2';

export function addImageCommand(program: Command): void {
  const image = program.command('image').description('look at firmware images and verify them');
  withCommonOptions(image.command('show'))
    .description('print what an image holds')
    .argument('<file>', FILE)
    .action(show);
  withCommonOptions(image.command('verify'))
    .description('exit 0 where a board that trusts the key would start the image, else 4')
    .argument('<file>', FILE)
    .option('--key <file>', 'public key (repeatable: any of them may have signed)', collect)
    .option('--hash-only', 'check the hash alone: the image is whole, whoever made it')
    .option('--slot-size <size>', 'bytes of the slot, without its trailer: it must fit')
    .option('--slot-address <address>', 'where the slot begins: it must be made for that')
    .option('--release', 'refuse development keys')
    .action(verify);
}

/** The image in a file, or the end of the command. */
function loadImage(cwd: string, file: string): DecodedImage {
  const firmware = readFirmware(readInput(cwd, file), file);
  if (!firmware.value) throw new CommandFailure(firmware.diagnostics, EXIT.program);
  const { value, diagnostics } = decodeImage(firmware.value.bytes, file);
  if (!value) throw new CommandFailure(diagnostics, EXIT.program);
  return value;
}

function show(file: string, options: CommonOptions): void {
  const { output, cwd } = contextOf(options);
  const image = loadImage(cwd, file);
  const description = describeImage(image);
  output.line(`${output.colors.bold(file)}: an image`);
  printImage(output, description);
  output.object({ event: 'image', file, ...description });
  const diagnostics = reviewImage(image, file);
  if (hasErrors(diagnostics)) throw new CommandFailure(diagnostics, EXIT.program);
  output.diagnostics(diagnostics);
}

async function verify(file: string, options: VerifyOptions): Promise<void> {
  const { output, cwd } = contextOf(options);
  const slot = readSlot(options);
  const keys: LoadedKey[] = [];
  for (const text of options.key ?? []) keys.push(await loadKey(cwd, keySource(text)));
  const image = loadImage(cwd, file);
  const trusted = options.hashOnly ? {} : { keys: keys.map(({ publicKey }) => publicKey) };
  const { diagnostics, signedBy } = verifyImage(image, { ...trusted, slot }, file);
  const all: Diagnostic[] = [
    ...reviewImage(image, file),
    ...diagnostics,
    ...keys.flatMap((key) => developmentDiagnostics(key, options.release === true)),
  ];
  const ok = !hasErrors(all);
  const version = describeImage(image).version;
  output.object({ event: 'verdict', file, ok, version, ...(signedBy ? { signedBy: keyId(signedBy) } : {}) });
  if (!ok) throw new CommandFailure(all, EXIT.verify);
  output.diagnostics(all);
  const by = signedBy ? `signed by ${keyId(signedBy)} (${KEY_NAMES[signedBy.kind]})` : 'its hash matches';
  output.line(`${output.colors.bold(file)}: version ${version}, ${formatSize(image.size)}, ${by}`);
}

function readSlot({ key, hashOnly, slotSize, slotAddress }: VerifyOptions): SlotFacts {
  const reader = new OptionReader();
  if (!key && !hashOnly)
    reader.missing('--key', 'may have signed it: --key FILE; or check its hash alone: --hash-only');
  if (key && hashOnly) reader.clash('--hash-only', '--key', 'the signature counts or it does not');
  const size = slotSize === undefined ? undefined : reader.size('--slot-size', slotSize);
  const address = reader.number('--slot-address', slotAddress);
  if (reader.diagnostics.length > 0) throw new CommandFailure(reader.diagnostics);
  return { ...(size === undefined ? {} : { size }), ...(address === undefined ? {} : { address }) };
}
