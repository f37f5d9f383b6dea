/** boot.config.ts of a new project. */
import type { PlannedApp, ProjectPlan } from './project-plan.ts';

/** Of the bootloader's slot; it fits every board. */
export const BOOTLOADER_SIZE = '16K';

export const APP_VERSION = '1.0.0';

/** Columns of a line, as formatters count them. */
const LINE_WIDTH = 120;

export function bootConfig({ board, apps, appSize, mailbox }: ProjectPlan): string {
  return `import { app, defineConfig } from 'kickstage';
import { ${board.exportName} } from 'kickstage/boards';

export default defineConfig({
  board: ${board.exportName},
  bootloader: { entry: 'boot/main.ts', size: '${BOOTLOADER_SIZE}' },
${mailbox === 'record' ? '' : `  mailbox: { protocol: '${mailbox}' },\n`}  apps: {
${apps.map((app) => appEntry(app, appSize)).join('\n')}
  },
  boot: { default: '${apps[0].name}' },
});
`;
}

function appEntry({ name, magic }: PlannedApp, size: string): string {
  const fields = [
    `entry: 'apps/${name}.ts'`,
    `version: '${APP_VERSION}'`,
    `size: '${size}'`,
    ...(magic === undefined ? [] : [`magic: 0x${magic.toString(16).padStart(8, '0')}`]),
  ];
  const line = `    ${name}: app({ ${fields.join(', ')} }),`;
  if (line.length <= LINE_WIDTH) return line;
  return [`    ${name}: app({`, ...fields.map((field) => `      ${field},`), '    }),'].join('\n');
}
