/**
 * The AssemblyScript compiler and binaryen as the published package runs them: the same code as in node_modules, packed so
 * that it loads in a third of the time. Binaryen carries its WebAssembly as a text of 13 MB in its JavaScript: here it is a
 * file of its own, so that nobody parses it. AssemblyScript reads a few bytes of WebAssembly with `fetch`, which would load
 * Node's whole HTTP client. Licences come along. Why: docs/decisions/0008-a-copy-of-the-compiler-that-loads-quickly.md.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** Folder of the copy, beside the command line's files. */
const FOLDER = 'compiler';
const WASM = 'binaryen.wasm';
/** The names that others import, with the files of the copy. */
const ENTRIES: Readonly<Record<string, string>> = { 'assemblyscript/asc': 'asc', binaryen: 'binaryen' };

const LICENCES: readonly (readonly [name: string, file: string])[] = [
  ['assemblyscript', 'LICENSE'],
  ['assemblyscript', 'NOTICE'],
  ['binaryen', 'LICENSE'],
  ['long', 'LICENSE'],
];

const pathOf = (name: string) => fileURLToPath(import.meta.resolve(name));

/** A package's own folder. */
function folderOf(name: string): string {
  for (let at = pathOf(name); ; at = dirname(at))
    if (basename(at) === name && basename(dirname(at)) === 'node_modules') return at;
}

/** Sends imports of the compiler to the copy. */
export const compilerCopy: Plugin = {
  name: 'compiler-copy',
  setup({ onResolve }) {
    onResolve({ filter: /^(assemblyscript\/asc|binaryen)$/ }, ({ path }) => ({
      path: `./${FOLDER}/${ENTRIES[path]}.js`,
      external: true,
    }));
  },
};

/** Writes the copy below `dist`. */
export async function bundleCompiler(dist: string): Promise<void> {
  const outdir = join(dist, FOLDER);
  mkdirSync(outdir, { recursive: true });
  await build({
    entryPoints: Object.entries(ENTRIES).map(([name, out]) => ({ in: pathOf(name), out })),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    legalComments: 'inline',
    logLevel: 'warning',
    plugins: [quickLoading(outdir)],
  });
  for (const [name, file] of LICENCES) copyFileSync(join(folderOf(name), file), join(outdir, `${name}.${file}.txt`));
}

const quickLoading = (outdir: string): Plugin => ({
  name: 'quick-loading',
  setup({ onLoad }) {
    onLoad({ filter: /binaryen\/index\.js$/ }, ({ path }) => {
      const { code, wasm } = splitBinaryen(readFileSync(path, 'utf8'));
      writeFileSync(join(outdir, WASM), wasm);
      return { contents: code };
    });
    onLoad({ filter: /assemblyscript\/dist\/assemblyscript\.js$/ }, ({ path }) => ({
      contents: withoutFetch(readFileSync(path, 'utf8')),
    }));
  },
});

/** Binaryen's program without its WebAssembly, which it reads from the file beside it. */
export function splitBinaryen(code: string): { code: string; wasm: Uint8Array<ArrayBuffer> } {
  const call = /\w+\((?=`\\0asm)/.exec(code);
  if (!call)
    throw new Error('binaryen does not hold its WebAssembly as a text: tools/bundle-compiler.ts must learn how');
  const start = call.index + call[0].length;
  const end = endOfTemplate(code, start);
  const wasm = decodeText(new Function(`return ${code.slice(start, end)}`)() as string);
  if (!WebAssembly.validate(wasm)) throw new Error('the text in binaryen decodes to no WebAssembly');
  const read = `readWasm(new URL('./${WASM}',import.meta.url))`;
  const [before, after] = [code.slice(0, call.index), code.slice(code.indexOf(')', end) + 1)];
  return { code: `import{readFileSync as readWasm}from'node:fs';${before}${read}${after}`, wasm };
}

/** Behind a template literal that starts at `start`. */
function endOfTemplate(code: string, start: number): number {
  for (let at = start + 1; ; at++) {
    if (code[at] === '`') return at + 1;
    if (code[at] === '\\') at++;
  }
}

/** A byte a character; 0 is written as 256, so that a text need not hold it. */
function decodeText(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return (~code >> 8) & code;
  });
}

function withoutFetch(code: string): string {
  const pattern = /WebAssembly\.instantiateStreaming\(fetch\((\w+)\)\)/;
  if (!pattern.test(code))
    throw new Error('assemblyscript loads nothing with fetch: tools/bundle-compiler.ts is too clever');
  return code.replace(pattern, "WebAssembly.instantiate(Buffer.from($1.slice($1.indexOf(',')+1),'base64'))");
}
