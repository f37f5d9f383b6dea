/** `kickstage inspect FILE`: what is in an image file. */
import { formatAddress, formatSize } from '@kickstage/base/hex';
import { describeFile, type FileDescription } from '@kickstage/linker/inspect';
import type { Command } from 'commander';
import { CommandFailure, type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { readInput } from '../read-input.ts';

export function addInspectCommand(program: Command): void {
  withCommonOptions(program.command('inspect'))
    .description('describe an ELF, Intel HEX, UF2 or raw image file')
    .argument('<file>', 'the file')
    .action((file: string, options: CommonOptions) => {
      const context = contextOf(options);
      const { value, diagnostics } = describeFile(readInput(context.cwd, file), file);
      if (!value) throw new CommandFailure(diagnostics, EXIT.program);
      print(context.output, file, value);
    });
}

function print(output: Output, file: string, d: FileDescription): void {
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
  output.object({ event: 'file', file, ...d });
}
