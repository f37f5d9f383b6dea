/** Who signs the lab's images: the project, if it has the private half of a key that its bootloader trusts; else the lab. */
import { keyId } from '@kickstage/image/keys/key';
import type { Signer } from '@kickstage/image/sign';
import type { LayoutImage } from '@kickstage/memory-map/layout';
import { outlastsLab, withThrowAwayKey } from '@kickstage/testbench/powercut/verified-images';
import type { CommandContext } from '../command-context.ts';
import { ownSigner } from '../keys/config-keys.ts';
import type { Project } from '../project.ts';

export interface LabSigning {
  readonly project: Project;
  /** Absent where no signature of the app is verified. */
  readonly signer?: Signer;
}

export async function signingFor(project: Project, app: LayoutImage, { output }: CommandContext): Promise<LabSigning> {
  if (app.verify?.level !== 'signature') return { project };
  const { layout, file } = project;
  const lasting = { ...layout, keys: (layout.keys ?? []).filter((key) => outlastsLab(key, app)) };
  const own = await ownSigner(app, { layout: lasting, folder: file.folder }, new Map());
  if (own) {
    const name = lasting.keys.find(({ id }) => id === keyId(own.publicKey))!.name;
    output.line(`${app.name}: images of the lab are signed with \`${name}\``);
    output.object({ event: 'images', app: app.name, signedWith: name, throwAway: false });
    return { project, signer: own };
  }
  const { layout: changed, signer } = withThrowAwayKey(layout, app);
  output.line(
    `${app.name}: nobody signs with ${app.verify.keys.join(', ')}: the bootloader of the lab trusts a throw-away key in place of \`${app.verify.keys[0]}\``,
  );
  output.object({ event: 'images', app: app.name, signedWith: app.verify.keys[0], throwAway: true });
  return { project: { ...project, layout: changed }, signer };
}

/** The project with a bootloader that verifies nothing, for campaigns that are to be long. */
export function withoutVerification(project: Project, { output }: CommandContext): Project {
  const { layout } = project;
  if (!layout.apps.some(({ verify }) => verify)) return project;
  output.line('--without-verification: the bootloader of the lab verifies nothing, images are not signed');
  output.object({ event: 'images', verified: false });
  const apps = layout.apps.map(({ verify, headerSize, ...app }) => ({ ...app, vectorTable: app.slot.start }));
  return { ...project, layout: { ...layout, apps } };
}
