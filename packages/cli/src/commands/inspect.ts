/** `kickstage inspect FILE`: what is in an image file. */
import { formatAddress, formatSize } from '@kickstage/base/hex';
import { decodeImage, looksLikeImage } from '@kickstage/image/decode';
import { describeImage, type ImageDescription } from '@kickstage/image/describe';
import { describeFile, type FileDescription } from '@kickstage/linker/inspect';
import type { Command } from 'commander';
import { CommandFailure, type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { inspectJournal } from '../journal-dump.ts';
import type { Output } from '../output.ts';
import { readInput } from '../read-input.ts';
import { readFirmware } from '../sign/firmware-file.ts';
import { printImage } from '../sign/image-text.ts';

export function addInspectCommand(program: Command): void {
  withCommonOptions(program.command('inspect'))
    .description('describe an ELF, Intel HEX, UF2 or raw file, and the signed image in it; or the journal of updates')
    .argument('<file>', 'the file')
    .option('--journal', 'the file is a dump of the journal (both halves) or of all flash')
    .action(async (file: string, options: CommonOptions & { journal?: boolean }) => {
      const context = contextOf(options);
      if (options.journal) await inspectJournal(context, file);
      else inspect(readInput(context.cwd, file), file, context.output);
    });
}

/** A file that is an image, or firmware that may hold one. */
function inspect(content: Uint8Array, file: string, output: Output): void {
  if (looksLikeImage(content)) {
    const image = imageIn(content, file);
    output.line(`${output.colors.bold(file)}: a firmware image, ${formatSize(content.length)}`);
    printImage(output, image);
    return output.object({ event: 'file', file, format: 'image', fileSize: content.length, image });
  }
  const { value, diagnostics } = describeFile(content, file);
  if (!value) throw new CommandFailure(diagnostics, EXIT.program);
  const bytes = readFirmware(content, file).value?.bytes;
  print(output, file, value, bytes && looksLikeImage(bytes) ? imageIn(bytes, file) : undefined);
}

function imageIn(bytes: Uint8Array, file: string): ImageDescription {
  const { value, diagnostics } = decodeImage(bytes, file);
  if (!value) throw new CommandFailure(diagnostics, EXIT.program);
  return describeImage(value);
}

function print(output: Output, file: string, d: FileDescription, image: ImageDescription | undefined): void {
  output.line(`${output.colors.bold(file)}: ${d.format}, ${formatSize(d.fileSize)}`);
  for (const { address, size } of d.chunks) output.line(`  bytes    ${formatAddress(address)}  ${formatSize(size)}`);
  for (const { name, address, size } of d.sections)
    output.line(`  section  ${formatAddress(address)}  ${formatSize(size).padStart(12)}  ${name}`);
  if (d.vectors) {
    output.line(`  stack    ${formatAddress(d.vectors.stackPointer)}`);
    output.line(`  reset    ${formatAddress(d.vectors.resetHandler)}`);
  }
  if (d.entry !== undefined) output.line(`  entry    ${formatAddress(d.entry)}`);
  if (d.family !== undefined) output.line(`  family   0x${d.family.toString(16).toUpperCase()}`);
  if (d.symbolCount !== undefined) output.line(`  symbols  ${d.symbolCount}`);
  if (image) {
    output.line('  a firmware image:');
    printImage(output, image);
  }
  output.object({ event: 'file', file, ...d, ...(image ? { image } : {}) });
}
