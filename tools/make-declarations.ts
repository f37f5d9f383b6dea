/**
 * Declarations of what a project imports, so that the published package has types of its own: tsc emits one file for each
 * module of the workspace that is reached, and imports of workspace packages become relative ones, for nobody else has them.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Workspace packages as sources: through node_modules, tsc takes them for somebody else's and emits nothing. */
function config(entries: readonly string[]): object {
  const packages = readdirSync(join(root, 'packages'));
  return {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      ...{
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        noCheck: true,
        rootDir: join(root, 'packages'),
      },
      typeRoots: [join(root, 'node_modules/@types')],
      paths: Object.fromEntries(
        packages.map((name) => [`@kickstage/${name}/*`, [join(root, `packages/${name}/src/*.ts`)]]),
      ),
    },
    include: [],
    files: entries.map((entry) => join(root, entry)),
  };
}

/** `memory-map/src/define.d.ts` → `memory-map/define.d.ts`: sources need no folder of their own here. */
const published = (path: string) => path.replace(/^([^/]+)\/src\//, '$1/');

/** The declarations of `path` (published) with imports that hold without the workspace. */
export function withRelativeImports(path: string, text: string): string {
  const toward = (target: string) => {
    const relative = posix.relative(posix.dirname(path), target);
    return relative.startsWith('.') ? relative : `./${relative}`;
  };
  return text
    .replace(
      /(['"])@kickstage\/([\w-]+)\/([\w/-]+)\1/g,
      (_, _quote, name, module) => `'${toward(`${name}/${module}.js`)}'`,
    )
    .replace(/(['"])(\.[\w./-]+)\.ts\1/g, "'$2.js'");
}

/** Writes the declarations of `entries` (relative to the workspace) and of all that they reach into `folder`. */
export function makeDeclarations(entries: readonly string[], folder: string): void {
  const emitted = mkdtempSync(join(tmpdir(), 'kickstage-types-'));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const project = join(emitted, 'tsconfig.json');
    writeFileSync(project, JSON.stringify(config(entries)));
    execFileSync(process.execPath, [tsc, '-p', project, '--outDir', emitted], { stdio: 'inherit' });
    for (const entry of readdirSync(emitted, { recursive: true, encoding: 'utf8' })) {
      if (!entry.endsWith('.d.ts')) continue;
      const path = published(entry.replaceAll('\\', '/'));
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), withRelativeImports(path, readFileSync(join(emitted, entry), 'utf8')));
    }
  } finally {
    rmSync(emitted, { recursive: true, force: true });
  }
}
