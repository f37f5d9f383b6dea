/**
 * Bundles the command line and the config doors into packages/cli/dist, and puts the firmware sources beside them, so
 * that the published package is the same as the one used here. `create-kickstage` is built beside it.
 */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleCompiler, compilerCopy } from './bundle-compiler.ts';
import { makeDeclarations } from './make-declarations.ts';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'packages/cli');
const dist = join(cli, 'dist');

rmSync(dist, { recursive: true, force: true });
await build({
  entryPoints: ['main', 'index', 'boards'].map((name) => join(cli, `src/${name}.ts`)),
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['@noble/*', 'commander', 'jiti', 'picocolors', 'valibot'],
  plugins: [compilerCopy],
  sourcemap: true,
  logLevel: 'warning',
});
await bundleCompiler(dist);

makeDeclarations(['packages/cli/src/index.ts', 'packages/cli/src/boards.ts'], join(dist, 'types'));

const create = join(root, 'packages/create-kickstage');
rmSync(join(create, 'dist'), { recursive: true, force: true });
await build({
  entryPoints: [join(create, 'src/main.ts')],
  outdir: join(create, 'dist'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Not `./cli` of this build, but the package that create-kickstage depends on.
  external: ['kickstage'],
  logLevel: 'warning',
});

const isSource = (path: string) => !/\.test\.ts$|node_modules|package\.json$/.test(path);
cpSync(join(root, 'firmware'), join(dist, 'firmware'), { recursive: true, filter: isSource });
cpSync(join(root, 'packages/abi/src'), join(dist, 'firmware/abi'), { recursive: true, filter: isSource });
