/**
 * Tasks and debug configurations of Visual Studio Code, for a window whose folder is the project's. Debugging is done by
 * the extension Cortex-Debug, through OpenOCD and its generated configuration, or on the virtual board. The files are
 * JSON with comments, as the editor reads them.
 */
import { EMULATED_CHIPS } from '@kickstage/emulator/machines/machine-of';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import {
  builtFile,
  type Generate,
  type GeneratedFile,
  type GeneratorFacts,
  header,
  imagesOf,
  lines,
} from './generated-file.ts';
import { flashProcedure, OPENOCD_CONFIG } from './openocd.ts';
import { loadFile, sharesSectors } from './shared-sectors.ts';

const WORKSPACE = '$' + '{workspaceFolder}';
const BUILD_TASK = 'kickstage: build';
const VIRTUAL_BOARD_TASK = 'kickstage: virtual board for gdb';
/** The port of `kickstage run --gdb` where none is said. */
const GDB_TARGET = 'localhost:3333';
const EXTENSION = 'marus25.cortex-debug';

const isEmulated = ({ board }: Layout) => EMULATED_CHIPS.includes(board.chip);

export const generateVscode: Generate = (layout, facts) => [
  file('tasks.json', { version: '2.0.0', tasks: tasks(layout) }),
  file('launch.json', {
    version: '0.2.0',
    configurations: [
      ...imagesOf(layout).flatMap((image) => [launch(layout, image, facts), attach(image, facts)]),
      ...(isEmulated(layout) ? [attachToVirtualBoard(layout, facts)] : []),
    ],
  }),
  file('extensions.json', { recommendations: [EXTENSION] }),
];

function file(name: string, value: object): GeneratedFile {
  return { path: `.vscode/${name}`, text: lines(header('slashes'), JSON.stringify(value, null, 2)) };
}

function tasks(layout: Layout): object[] {
  const procedures = [
    ...imagesOf(layout).map((image) => [image.name, flashProcedure(image)]),
    ['all', 'kickstage_flash_all'],
  ];
  return [
    {
      label: BUILD_TASK,
      type: 'shell',
      command: 'npx',
      args: ['kickstage', 'build'],
      options: { cwd: WORKSPACE },
      group: { kind: 'build', isDefault: true },
      problemMatcher: [],
    },
    {
      label: 'kickstage: generate',
      type: 'shell',
      command: 'npx',
      args: ['kickstage', 'generate'],
      options: { cwd: WORKSPACE },
      problemMatcher: [],
    },
    ...(isEmulated(layout) ? [virtualBoardTask()] : []),
    ...procedures.map(([name, procedure]) => ({
      label: `kickstage: flash ${name}`,
      type: 'shell',
      command: 'openocd',
      args: ['-f', OPENOCD_CONFIG, '-c', procedure, '-c', 'shutdown'],
      options: { cwd: WORKSPACE },
      dependsOn: BUILD_TASK,
      problemMatcher: [],
    })),
  ];
}

/** It goes on while one debugs; the editor waits for the line that says that it is ready. */
function virtualBoardTask(): object {
  return {
    label: VIRTUAL_BOARD_TASK,
    type: 'shell',
    command: 'npx',
    args: ['kickstage', 'run', '--gdb'],
    options: { cwd: WORKSPACE },
    isBackground: true,
    problemMatcher: {
      // No problems are looked for, but the editor demands a pattern.
      pattern: { regexp: '^$', file: 1, location: 2, message: 3 },
      background: { activeOnStart: true, beginsPattern: '^building', endsPattern: '^waiting for gdb' },
    },
  };
}

function common(image: LayoutImage, { board }: GeneratorFacts) {
  return {
    type: 'cortex-debug',
    servertype: 'openocd',
    cwd: WORKSPACE,
    executable: `${WORKSPACE}/${builtFile(image, 'elf')}`,
    configFiles: [OPENOCD_CONFIG],
    ...(board.part === undefined ? {} : { device: board.part }),
  };
}

/** An app is started by the bootloader, which is loaded with it. */
function launch(layout: Layout, image: LayoutImage, facts: GeneratorFacts): object {
  const files = new Set(
    sharesSectors(image) ? [loadFile(image)] : [layout.bootloader, image].map((each) => builtFile(each, 'elf')),
  );
  return {
    name: `Debug ${image.name}`,
    request: 'launch',
    ...common(image, facts),
    loadFiles: [...files].map((path) => `${WORKSPACE}/${path}`),
    runToEntryPoint: 'Reset_Handler',
    preLaunchTask: BUILD_TASK,
  };
}

function attach(image: LayoutImage, facts: GeneratorFacts): object {
  return { name: `Attach to ${image.name}`, request: 'attach', ...common(image, facts) };
}

/** Symbols of all images: the bootloader and every app run on it. */
function attachToVirtualBoard(layout: Layout, { board }: GeneratorFacts): object {
  const files = imagesOf(layout).map((image) => `${WORKSPACE}/${builtFile(image, 'elf')}`);
  return {
    name: 'Debug on the virtual board',
    request: 'attach',
    type: 'cortex-debug',
    servertype: 'external',
    gdbTarget: GDB_TARGET,
    cwd: WORKSPACE,
    executable: files[0],
    symbolFiles: files,
    ...(board.part === undefined ? {} : { device: board.part }),
    preLaunchTask: VIRTUAL_BOARD_TASK,
  };
}
