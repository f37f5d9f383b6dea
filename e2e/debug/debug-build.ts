/** Examples and small projects, built and laid down in a folder as a debugger finds them: sources, and ELF files in build/. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import type { PlacedSection } from '@kickstage/linker/link';
import type { Layout } from '@kickstage/memory-map/layout';
import type { SourcePlace } from '@kickstage/object/source-place';
import type { OptimizationLevel } from '@kickstage/toolchain/assemblyscript/optimize';
import { type Build, type BuiltImage, buildProject } from '@kickstage/toolchain/build';
import { CLASSIC, expectNoErrors, FIRMWARE, layoutOf, RECORD, readExample } from '../firmware/firmware-files.ts';

export interface DebugBuild {
  readonly folder: string;
  readonly build: Build;
  readonly layout: Layout;
}

const folders: string[] = [];

export function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

export type ExampleName = 'two-apps' | 'two-apps-classic';

export async function buildExample(name: ExampleName, optimize: OptimizationLevel = 'size'): Promise<DebugBuild> {
  const layout = layoutOf(name === 'two-apps' ? RECORD : CLASSIC);
  const files = new Map<string, string>();
  const read = readExample(name);
  const readSource = (path: string) => {
    const text = read(path);
    if (text !== undefined) files.set(path, text);
    return text;
  };
  return layDown(layout, readSource, files, optimize);
}

/**
 * The first app of the source; the bootloader is the library's, the second app idle. `only`: the images to build. Floats
 * are computed in the floating-point unit unless `floats` says otherwise.
 */
export async function buildSource(
  app: string,
  optimize: OptimizationLevel = 'size',
  only?: readonly string[],
  floats?: 'fpu' | 'soft',
): Promise<DebugBuild> {
  const files = new Map([
    ['apps/app1.ts', app],
    ['apps/app2.ts', 'export function Reset_Handler(): void {\n  while (true) {}\n}\n'],
    ['boot/main.ts', "export { Reset_Handler } from 'kickstage/firmware/boot/main';\n"],
  ]);
  const layout = layoutOf(RECORD);
  const apps = layout.apps.map((image) => ({ ...image, ...(floats ? { floats } : {}) }));
  return layDown({ ...layout, apps }, (path) => files.get(path), files, optimize, only);
}

async function layDown(
  layout: Layout,
  readSource: (path: string) => string | undefined,
  files: ReadonlyMap<string, string>,
  optimize: OptimizationLevel,
  only?: readonly string[],
): Promise<DebugBuild> {
  const input = { layout, chip: blackpill.chip, firmware: FIRMWARE, readSource, optimize, only, verify: true };
  const { value: build, diagnostics } = await buildProject(input);
  expectNoErrors(diagnostics);
  const folder = mkdtempSync(join(tmpdir(), 'kickstage-debug-'));
  folders.push(folder);
  const write = (path: string, contents: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
  };
  for (const [path, text] of files) write(path, text);
  for (const [name, bytes] of build!.files) write(`build/${name}`, bytes);
  return { folder, build: build!, layout };
}

export const imageOf = ({ build }: DebugBuild, name: string): BuiltImage =>
  build.images.find((image) => image.name === name)!;

export const elfOf = ({ folder }: DebugBuild, name: string): string => join(folder, 'build', `${name}.elf`);

/** Sections of code that come from a source. */
export function codeOf({ linked }: BuiltImage): PlacedSection[] {
  return linked.sections.filter(({ section }) => section.kind === 'code' && (section.lines ?? []).length > 0);
}

/** What we know of an address without looking at debug information; undefined in a prologue and where there is no line. */
export function placeAt({ section, address }: PlacedSection, at: number): SourcePlace | undefined {
  if (at - address < (section.debug?.bodyOffset ?? 0)) return undefined;
  return section.lines?.findLast(({ offset }) => address + offset <= at)?.place;
}
