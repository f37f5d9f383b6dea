/** `kickstage add app NAME`: a new app in the config, with a source to begin with, placed beside the others. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { crc32 } from '@kickstage/base/crc32';
import { addMember } from '@kickstage/memory-map/edit-source';
import { changesSince } from '@kickstage/memory-map/lock-changes';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import { checkNewName } from '../edit/app-names.ts';
import { cannotEdit, type ProjectEdit, resolveEdit, writeEdit } from '../edit/edit-project.ts';
import { appSource } from '../init/app-source.ts';
import { changeReport, sayChanges } from '../lock-file.ts';
import { loadProject, type Project } from '../project.ts';

/** Of a new app: unlike those of the examples. */
const BLINK_MS = 100;

interface AddOptions extends CommonOptions {
  readonly size: string;
  readonly version: string;
  readonly entry?: string;
  readonly at?: number;
  readonly magic?: number;
  readonly dryRun?: boolean;
}

export function addAddCommand(program: Command): void {
  const add = program.command('add').description('add an app to the project');
  withCommonOptions(add.command('app <name>'))
    .description('add an app: an entry in the config, a source file, a place in flash')
    .option('--size <size>', 'flash that it may use', '64K')
    .option('--version <version>', 'its version', '0.1.0')
    .option('--entry <file>', 'its source, relative to the config (default: beside the other apps)')
    .option('--at <address>', 'address of its slot (default: placed by the tool)', parseWord)
    .option('--magic <word>', 'the word that names it in the magic-word protocol', parseWord)
    .option('--dry-run', 'show what would change, change nothing')
    .action(async (name: string, options: AddOptions) => {
      const context = contextOf(options);
      const project = await loadProject(context);
      const edit = addApp(project, name, options);
      const layout = await resolveEdit(edit, context);
      const files = options.dryRun ? [] : writeEdit(edit, layout);
      const changes = changesSince(project.lock ?? undefined, layout);
      const { output } = context;
      const own = project.lock ? changes : changes.filter(({ app }) => app === name);
      output.line(options.dryRun ? `${name} would be added:` : `${name} is added: ${files.join(', ')}`);
      sayChanges(own, layout, output);
      if (!options.dryRun) output.line(`  other apps start it with switchTo(App.${name})`);
      output.object({
        event: 'added',
        app: name,
        files,
        dryRun: options.dryRun === true,
        ...changeReport(own, layout),
      });
    });
}

function parseWord(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff) return value;
  throw new InvalidArgumentError('write a number of 32 bits: 0x0806_0000');
}

function addApp(project: Project, name: string, options: AddOptions): ProjectEdit {
  const { file, layout, lock } = project;
  const entry = options.entry ?? defaultEntry(project, name);
  checkNewName(project, name);
  const value = `app(${memberText(project, name, entry, options)})`;
  const configText = addMember(file.text, ['apps'], name, value);
  if (configText === undefined)
    throw cannotEdit(file.shown, 'there is no literal `apps: { … }`', `add it by hand: ${name}: ${value},`);
  const source = resolve(file.folder, entry);
  const next = layout.defaultApp;
  const text = appSource({ name, next, blinkMs: BLINK_MS }, layout.board.button !== undefined);
  // A source that is there already is the user's: it is taken as it is.
  return { project, configText, lock, files: new Map(existsSync(source) ? [] : [[source, text]]) };
}

/** Beside the first app's source. */
function defaultEntry({ layout }: Project, name: string): string {
  const first = layout.apps[0]?.entry ?? 'apps/app.ts';
  return `${first.slice(0, first.lastIndexOf('/') + 1)}${name}.ts`;
}

function memberText({ layout }: Project, name: string, entry: string, options: AddOptions): string {
  const { at, version, size } = options;
  const isMagic = layout.mailbox.protocol === 'magic-word';
  const magic = options.magic ?? (isMagic ? crc32(new TextEncoder().encode(name)) : undefined);
  const members = [
    `entry: '${entry}'`,
    `version: '${version}'`,
    `size: '${size}'`,
    ...(at === undefined ? [] : [`at: ${hex(at)}`]),
    ...(magic === undefined ? [] : [`magic: ${hex(magic)}`]),
  ];
  return `{ ${members.join(', ')} }`;
}

function hex(value: number): string {
  const digits = value.toString(16).toUpperCase().padStart(8, '0');
  return `0x${digits.slice(0, 4)}_${digits.slice(4)}`;
}
