import type { CommandContext } from '../command-context.ts';
import type { Project } from '../project.ts';

/** The lab makes images of its own, which nobody signs: the bootloader that it cuts does not verify. */
export function withoutVerification(project: Project, { output }: CommandContext): Project {
  const { layout } = project;
  if (!layout.apps.some(({ verify }) => verify)) return project;
  output.progress('images of the lab are not signed: the bootloader is built without verification');
  const apps = layout.apps.map(({ verify, headerSize, ...app }) => ({ ...app, vectorTable: app.slot.start }));
  return { ...project, layout: { ...layout, apps } };
}
