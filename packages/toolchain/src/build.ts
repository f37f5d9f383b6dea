/**
 * A project's sources to its image files. For each image of the Layout: AssemblyScript → WebAssembly → Thumb-2 object →
 * linked image → ELF, Intel HEX, bin and UF2 (where the chip's family in that format is known); then one combined file of
 * each flash format. All images are built, and all that is wrong with them is reported at once; files come out only when
 * nothing is wrong.
 */
import { type Checked, type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import { type ChipFacts, hasFpu } from '@kickstage/chips/chip';
import type { FunctionReport } from '@kickstage/codegen/emit/build-object';
import type { Signer } from '@kickstage/image/sign';
import { type Chunk, joinChunks } from '@kickstage/linker/chunk';
import { toBin } from '@kickstage/linker/formats/bin';
import { toHex } from '@kickstage/linker/formats/hex';
import { toUf2 } from '@kickstage/linker/formats/uf2';
import { imageElf } from '@kickstage/linker/image-elf';
import type { LinkedImage } from '@kickstage/linker/link';
import { vectorNames } from '@kickstage/linker/vector-table';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import type { AbortText } from '@kickstage/object/abort-text';
import type { FirmwareModule } from './assemblyscript/compile-firmware.ts';
import type { OptimizationLevel } from './assemblyscript/optimize.ts';
import { readSourceMap } from './assemblyscript/source-map.ts';
import { type ReadSource, replacedBy } from './assemblyscript/source-tree.ts';
import { layoutModule } from './layout-module.ts';
import { checkStack, type StackReport } from './stack.ts';
import { appOfImage, checkFlashDoubt, secondBank } from './update-images.ts';

export interface BuildInput {
  readonly layout: Layout;
  readonly chip: ChipFacts;
  /** Files of the user's project, by path relative to its folder. */
  readonly readSource: ReadSource;
  /** Kickstage's firmware library by path within it (`hal/nvic.ts`), the abi's constants at `abi/`. */
  readonly firmware: ReadonlyMap<string, string>;
  /** `size` when absent. */
  readonly optimize?: OptimizationLevel;
  /** Keep `assert` and bounds checks; false when absent. */
  readonly checks?: boolean;
  /** Run the code generator's own verifiers; false when absent. */
  readonly verify?: boolean;
  /** Images of earlier builds. */
  readonly cache?: ImageCache;
  /** Who signs, by the app's name: each app whose signature is verified. */
  readonly signers?: ReadonlyMap<string, Signer>;
  /** Names of the images to build; all when absent. Combined files hold the built ones. */
  readonly only?: readonly string[];
}

export interface BuiltImage {
  readonly name: string;
  readonly linked: LinkedImage;
  readonly elf: Uint8Array;
  readonly functions: readonly FunctionReport[];
  readonly stack: StackReport;
  /** What the program says as it ends itself. */
  readonly aborts: readonly AbortText[];
}

/** Keeps built images by everything that they were made from. Reading and writing is the door's business. */
export interface ImageCache {
  /**
   * What was built from the same `base` and the same sources; undefined when nothing was. `read` gives the project's
   * sources. The firmware library and the compiler itself are the cache's to compare.
   */
  find(base: string, read: ReadSource): Checked<BuiltImage> | undefined;
  /** `sources`: every path that was looked for, with its text if it was there. */
  store(base: string, sources: ReadonlyMap<string, string | undefined>, built: Checked<BuiltImage>): void;
}

export interface Build {
  /** What a new device gets. */
  readonly images: readonly BuiltImage[];
  /** Images of apps with `direct`, linked for the second bank; files `app1.bank1.bin` and so on. */
  readonly secondBanks: readonly BuiltImage[];
  /** All images' bytes of flash, in order of address. */
  readonly flash: readonly Chunk[];
  /** File name → contents, `app1.elf` for instance; combined files are called `flash`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export async function buildProject(input: BuildInput): Promise<Checked<Build>> {
  const { layout, only } = input;
  const wanted = [layout.bootloader, ...layout.apps].filter(
    (image) => image.entry !== undefined && (only === undefined || only.includes(image.name)),
  );
  const diagnostics: Diagnostic[] = [];
  const build = async (all: readonly LayoutImage[]) => {
    const images: BuiltImage[] = [];
    for (const image of all) {
      const built = await cachedImage(input, image);
      for (const found of built.diagnostics) if (!has(diagnostics, found)) diagnostics.push(found);
      if (built.value) images.push(built.value);
    }
    return images;
  };
  const images = await build(wanted);
  if (hasErrors(diagnostics)) return { diagnostics };
  const secondBanks = await build(wanted.flatMap((image) => secondBank(layout, image) ?? []));
  if (hasErrors(diagnostics)) return { diagnostics };
  const flash = joinChunks(images.map(chunkOf));
  return { value: { images, secondBanks, flash, files: filesOf(input, images, secondBanks, flash) }, diagnostics };
}

/** Images share sources: what is wrong with one of those is said once. */
function has(diagnostics: readonly Diagnostic[], found: Diagnostic): boolean {
  return diagnostics.some((other) => JSON.stringify(other) === JSON.stringify(found));
}

async function cachedImage(input: BuildInput, image: LayoutImage): Promise<Checked<BuiltImage>> {
  const { cache, layout, chip, optimize, checks, verify, signers, readSource } = input;
  if (!cache) return buildImage(input, image);
  const base = JSON.stringify({
    image,
    layout: layoutModule(layout, chip, image.id),
    replaced: [...replacedModules(layout)],
    chip: chip.name,
    optimize,
    checks,
    verify,
    signer: signers?.get(appOfImage(image.name))?.publicKey.point.join(),
  });
  const kept = cache.find(base, readSource);
  if (kept) return kept;
  const sources = new Map<string, string | undefined>();
  const built = await buildImage(
    {
      ...input,
      readSource: (path) => {
        const text = readSource(path);
        sources.set(path, text);
        return text;
      },
    },
    image,
  );
  if (built.value) cache.store(base, sources, built);
  return built;
}

/** One image from its source to its linked bytes. `image.entry` must be there. */
export async function buildImage(input: BuildInput, image: LayoutImage): Promise<Checked<BuiltImage>> {
  const { layout, chip } = input;
  const tree = {
    readSource: input.readSource,
    firmware: input.firmware,
    layout: layoutModule(layout, chip, image.id),
    replaced: replacedModules(layout),
  };
  const { optimize, checks } = input;
  const handlers = new Set([...vectorNames(chip)].filter(([index]) => index > 1).map(([, name]) => name));
  // Loading the compilers takes longer than everything else that an unchanged project needs.
  const { compileFirmware } = await import('./assemblyscript/compile-firmware.ts');
  const { compile } = await import('@kickstage/codegen/compile');
  const { linkImage } = await import('@kickstage/linker/link');
  const firmware = await compileFirmware({ entry: image.entry!, tree, handlers, optimize, checks });
  if (!firmware.value) return { diagnostics: firmware.diagnostics };
  const floats = image.floats ?? (hasFpu(chip) ? 'fpu' : 'soft');
  const module = codegenInput(image.name, firmware.value, optimize === 'none');
  // Nothing is moved or copied where somebody wants to step through it.
  const level = optimize === 'none' ? 0 : 2;
  const compiled = compile(module, { level, verify: input.verify, floats });
  const diagnostics = [...firmware.diagnostics, ...compiled.diagnostics];
  if (!compiled.value) return { diagnostics };
  const { object, functions } = compiled.value;
  const linked = linkImage({ image, chip, object });
  diagnostics.push(...linked.diagnostics);
  if (!linked.value) return { diagnostics };
  diagnostics.push(...checkFlashDoubt(layout, chip, linked.value));
  const stack = checkStack(linked.value, functions, chip);
  diagnostics.push(...stack.diagnostics);
  const final = image.verify ? await signed(linked.value, input) : linked;
  if (image.verify) diagnostics.push(...final.diagnostics);
  if (!final.value) return { diagnostics };
  const elf = imageElf(final.value, firmware.value.debug);
  const { aborts } = firmware.value;
  return {
    value: { name: image.name, linked: final.value, elf, functions, stack: stack.value!, aborts },
    diagnostics,
  };
}

async function signed(linked: LinkedImage, { layout, signers }: BuildInput): Promise<Checked<LinkedImage>> {
  const { signLinked } = await import('./sign-image.ts');
  return signLinked(linked, layout, signers?.get(appOfImage(linked.image.name)));
}

/** State channel and storage, where the config names others than Kickstage's own. */
export function replacedModules({ updates }: Layout): Map<string, string> {
  const replaced = new Map<string, string>();
  if (updates?.state === 'ram') replaced.set('state', "export * from './firmware/update/ram-state';\n");
  const named = { state: updates?.stateModule, storage: updates?.storageModule };
  for (const [name, path] of Object.entries(named)) if (path !== undefined) replaced.set(name, replacedBy(path));
  return replaced;
}

/** What the code generator takes, from what the firmware compiler gives. `name` is the object's. */
export function codegenInput(name: string, firmware: FirmwareModule, localsAreExact = false) {
  const blocks = firmware.blocks.map(({ symbol, bytes, alignment, kind, relocations }) => ({
    name: symbol,
    bytes,
    alignment,
    immutable: kind === 'string',
    relocations: relocations.map((r) => ({ offset: r.offset, symbol: r.symbol, addend: r.addend })),
  }));
  const variables = firmware.variables.map(({ symbol, size, initial, initialAddress }) => {
    const bytes = new Uint8Array(size);
    new DataView(bytes.buffer).setUint32(0, Number(initial & 0xffff_ffffn), true);
    if (size === 8) new DataView(bytes.buffer).setUint32(4, Number(initial >> 32n), true);
    const relocations = initialAddress ? [{ offset: 0, ...initialAddress }] : [];
    return { name: symbol, bytes, alignment: size, immutable: false, relocations };
  });
  const locate = readSourceMap(firmware.sourceMap);
  return { name, wasm: firmware.wasm, data: [...blocks, ...variables], locate, localsAreExact };
}

function chunkOf({ linked }: BuiltImage): Chunk {
  return { address: linked.image.slot.start, bytes: linked.bytes };
}

const text = (value: string) => new TextEncoder().encode(value);

function filesOf(
  { layout, chip }: BuildInput,
  images: readonly BuiltImage[],
  secondBanks: readonly BuiltImage[],
  flash: readonly Chunk[],
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const { erasedByte } = layout.flash;
  const uf2Family = chip.tools?.uf2Family;
  const addFlashFormats = (name: string, chunks: readonly Chunk[], entry: number) => {
    files.set(`${name}.hex`, text(toHex(chunks, entry)));
    files.set(`${name}.bin`, toBin(chunks, erasedByte).bytes);
    if (uf2Family !== undefined) files.set(`${name}.uf2`, toUf2(chunks, uf2Family, erasedByte));
  };
  for (const built of [...images, ...secondBanks]) {
    files.set(`${built.name}.elf`, built.elf);
    addFlashFormats(built.name, [chunkOf(built)], built.linked.entry);
  }
  const first = images.find(({ linked }) => linked.image.slot.start === chip.resetAddress) ?? images[0];
  if (first) addFlashFormats('flash', flash, first.linked.entry);
  files.set('layout.json', text(`${JSON.stringify(layout, null, 2)}\n`));
  files.set('layout.ts', text(layoutModule(layout, chip)));
  return files;
}
