/** Shell functions around probe-rs: one for each image that writes it to its slot. */
import type { LayoutImage } from '@kickstage/memory-map/layout';
import { builtFile, GENERATED, type Generate, header, hex, imagesOf, lines, plainName } from './generated-file.ts';
import { sharesSectors } from './shared-sectors.ts';

const SCRIPT = `${GENERATED}/probe-rs.sh`;
const nameOf = (image: LayoutImage) => `kickstage_flash_${image.name}`;

export const generateProbeRs: Generate = (layout, { board }) => [
  {
    path: SCRIPT,
    text: lines(
      '#!/bin/sh',
      header('hash'),
      `# In the project's folder, call a function: sh ${SCRIPT} ${nameOf(layout.apps[0])}`,
      chip(board.part),
      imagesOf(layout).flatMap((image) => ['', ...flash(image)]),
      '',
      'kickstage_flash_all() {',
      `  ${imagesOf(layout).map(nameOf).join(' && ')}`,
      '}',
      '',
      'kickstage_reset() {',
      '  probe-rs reset --chip "$KICKSTAGE_CHIP"',
      '}',
      '',
      '[ $# -eq 0 ] || "$@"',
    ),
  },
];

/** The part as probe-rs names it; the environment may say another. */
function chip(part: string | undefined): string {
  return part === undefined
    ? `: "\${KICKSTAGE_CHIP:?set it to a name of probe-rs chip list}"`
    : `KICKSTAGE_CHIP="\${KICKSTAGE_CHIP:-${plainName(part)}}"`;
}

function flash(image: LayoutImage): string[] {
  const shared = sharesSectors(image);
  const options = `--binary-format bin --base-address ${hex(image.slot.start)}${shared ? ' --restore-unwritten' : ''}`;
  return [
    ...(shared ? ['# Erase sectors are shared with another image, whose bytes are kept.'] : []),
    `${nameOf(image)}() {`,
    `  probe-rs download --chip "$KICKSTAGE_CHIP" ${options} ${builtFile(image, 'bin')}`,
    '}',
  ];
}
