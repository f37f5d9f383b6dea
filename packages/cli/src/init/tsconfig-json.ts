/**
 * tsconfig.json of a new project: firmware as editors and tsc see it, with the types of AssemblyScript. boot.config.ts
 * is ordinary TypeScript and not part of it.
 */
export const TSCONFIG_JSON = `{
  "extends": "assemblyscript/std/assembly.json",
  "compilerOptions": {
    "module": "esnext",
    "moduleResolution": "bundler",
    "strictPropertyInitialization": false,
    "skipLibCheck": true,
    "noEmit": true,
    "typeRoots": ["./node_modules/assemblyscript/std/types"],
    "paths": {
      "kickstage/layout": ["./build/layout.ts"],
      "kickstage/state": ["./node_modules/kickstage/dist/firmware/update/journal"],
      "kickstage/storage": ["./node_modules/kickstage/dist/firmware/storage/storage"],
      "kickstage/firmware/*": ["./node_modules/kickstage/dist/firmware/*"]
    }
  },
  "include": ["boot/**/*.ts", "apps/**/*.ts"]
}
`;
