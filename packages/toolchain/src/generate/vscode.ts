/**
 * Tasks and debug configurations of Visual Studio Code, for a window whose folder is the project's. Debugging is done by
 * the extension Cortex-Debug through OpenOCD and its generated configuration. The files are JSON with comments, as the
 * editor reads them.
 */
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
const EXTENSION = 'marus25.cortex-debug';

export const generateVscode: Generate = (layout, facts) => [
  file('tasks.json', { version: '2.0.0', tasks: tasks(layout) }),
  file('launch.json', {
    version: '0.2.0',
    configurations: imagesOf(layout).flatMap((image) => [launch(layout, image, facts), attach(image, facts)]),
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
