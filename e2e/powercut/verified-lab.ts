/** Layouts whose bootloader verifies, for the lab: images signed by a key that is always the same. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { nucleoL476rg } from '@kickstage/chips/boards/nucleo-l476rg';
import type { KeyKind } from '@kickstage/image/keys/key';
import { localSigner } from '@kickstage/image/sign';
import type { AppConfig } from '@kickstage/memory-map/define';
import type { Layout } from '@kickstage/memory-map/layout';
import { resolve } from '@kickstage/memory-map/resolve';
import { makeEmulated, makeLab } from '@kickstage/testbench/powercut/lab';
import { buildLabCode, compileLabFirmware } from '@kickstage/toolchain/powercut-firmware';
import { expectNoErrors, FIRMWARE } from '../firmware/firmware-files.ts';
import { factsOf, keyOf } from '../verify/verified-project.ts';

export interface VerifiedCase {
  readonly name: string;
  readonly board: 'F411' | 'L476';
  readonly kind: KeyKind;
  readonly app: Partial<AppConfig>;
  readonly lengths: readonly number[];
}

/** Images as short as they can be: each byte of a program costs six cuts. */
const LENGTHS = [149, 197, 101, 173];
const SIGNED = { verify: 'signature', version: '1.0.0' } as const;

/** All that the journal can remember of an app. */
const REMEMBERED = { verifyWhen: 'change', rollback: 'journal', securityCounter: 3 } as const;

const signed = (board: VerifiedCase['board'], kind: KeyKind, app: Partial<AppConfig>, more = ''): VerifiedCase => {
  const update = app.update as { strategy: string };
  return {
    name: `${board}, ${kind}, ${update.strategy}${more}`,
    board,
    kind,
    app: { ...SIGNED, ...app },
    lengths: LENGTHS,
  };
};

export const VERIFIED_CASES: readonly VerifiedCase[] = [
  signed('F411', 'ed25519', { update: { strategy: 'alternate' }, securityCounter: 3 }),
  signed('F411', 'p256', { update: { strategy: 'direct' } }),
  signed('L476', 'ed25519', { update: { strategy: 'swap' } }),
  signed('F411', 'ed25519', { update: { strategy: 'overwrite' } }),
  signed('F411', 'ed25519', { update: { strategy: 'swap', scratch: true }, verify: 'hash' }, ', hash'),
  signed('F411', 'ed25519', { update: { strategy: 'alternate' }, ...REMEMBERED }, ', remembered'),
  signed('F411', 'ed25519', { update: { strategy: 'direct' }, ...REMEMBERED }, ', remembered'),
  signed('L476', 'ed25519', { update: { strategy: 'swap' }, ...REMEMBERED }, ', remembered'),
  signed('F411', 'ed25519', { update: { strategy: 'overwrite' }, ...REMEMBERED }, ', remembered'),
];

const BOOT = "export { NMI_Handler, Reset_Handler } from 'kickstage/firmware/boot/main';";

function sourceOf({ board, kind, app }: VerifiedCase, firmware: ReadonlyMap<string, string>) {
  const key = keyOf(kind, 0x42);
  const facts = board === 'F411' ? blackpill : nucleoL476rg;
  const { value, diagnostics } = resolve(
    {
      board: facts,
      bootloader: { entry: 'boot/main.ts', size: board === 'F411' ? '16K' : '24K' },
      keys: { main: 'main.pem' },
      apps: { app1: { entry: 'apps/app1.ts', size: board === 'F411' ? '128K' : '32K', ...app } },
      boot: { default: 'app1' },
    } as never,
    { readKey: () => ({ value: factsOf(key), diagnostics: [] }) },
  );
  expectNoErrors(diagnostics);
  const readSource = (path: string) => (path === 'boot/main.ts' ? BOOT : undefined);
  return { key, source: { layout: value!, chip: facts.chip, firmware, readSource } };
}

/** The lab for a layout; `firmware` in place of the library's own sources. */
export async function verifiedLabOf(verifiedCase: VerifiedCase, firmware: ReadonlyMap<string, string> = FIRMWARE) {
  const { key, source } = sourceOf(verifiedCase, firmware);
  const { layout, chip } = source;
  const [app] = layout.apps;
  const { value, diagnostics } = await compileLabFirmware(source, app);
  expectNoErrors(diagnostics);
  const signer = app.verify!.level === 'signature' ? { signer: localSigner(key) } : {};
  const lab = await makeLab({ layout, chip, firmware: value!, app, lengths: verifiedCase.lengths, ...signer });
  return { lab, layout: layout as Layout, source };
}

/** The same as machine code on the virtual board, and the simulated device beside it, both in their factory state. */
export async function emulatedVerifiedLabOf(verifiedCase: VerifiedCase) {
  const { lab, layout, source } = await verifiedLabOf(verifiedCase);
  const { value, diagnostics } = await buildLabCode(source, layout.apps[0]);
  expectNoErrors(diagnostics);
  return { device: makeEmulated(layout, layout.apps[0], source.chip, value!, lab.images), lab, layout };
}
