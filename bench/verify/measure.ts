/**
 * What a bootloader takes that verifies: bytes of flash and RAM, and executed instructions from reset to the first one of
 * an app whose image has 64 KiB, with nothing pending. It has exchange (swap), journal, mailbox and two apps.
 */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import type { KeyKind } from '@kickstage/image/keys/key';
import type { VerifyLevel } from '@kickstage/memory-map/signing/config';
import { buildVerified, IDLE, keyOf, linkedOf, signedImage } from '../../e2e/verify/verified-project.ts';

/** Bytes of the image that are hashed, its header included. */
export const IMAGE_SIZE = 65_536;
const MOST_INSTRUCTIONS = 40_000_000;

export interface Measured {
  /** Of the bootloader, its vector table included. */
  readonly bytes: number;
  /** Variables; the stack comes to it. */
  readonly ram: number;
  readonly instructions: number;
}

export type Costs = Readonly<Record<string, Measured>>;

const KINDS: readonly (readonly [name: string, level: VerifyLevel, key: KeyKind])[] = [
  ['none', 'none', 'ed25519'],
  ['SHA-256', 'hash', 'ed25519'],
  ['Ed25519', 'signature', 'ed25519'],
  ['P-256', 'signature', 'p256'],
];

export async function measureAll(): Promise<Costs> {
  const costs: Record<string, Measured> = {};
  for (const [name, level, kind] of KINDS) costs[name] = await measure(level, kind);
  return costs;
}

async function measure(verify: VerifyLevel, kind: KeyKind): Promise<Measured> {
  const app = { entry: 'app.ts', version: '1.0.0', verify } as const;
  const project = await buildVerified(
    {
      apps: { app1: { ...app, size: '128K', update: { strategy: 'swap' } }, app2: { ...app, size: '16K' } },
      boot: { default: 'app1' },
    },
    keyOf(kind, 0x42),
    { 'app.ts': IDLE },
  );
  const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 });
  for (const { address, bytes } of project.build.flash) machine.load(address, bytes);
  const { image, entry, sizes } = linkedOf(project, 'app1');
  if (verify !== 'none') machine.load(image.slot.start, await signedImage(project, 'app1', { size: IMAGE_SIZE }));
  machine.reset('power-on');
  const before = machine.cpu.instructions;
  const { reason } = machine.run({ breakpoints: new Set([entry - 1]), maxInstructions: MOST_INSTRUCTIONS });
  if (reason !== 'breakpoint') throw new Error(`${kind} ended by ${reason}, ${sizes.flash} bytes`);
  const boot = linkedOf(project, 'bootloader');
  return { bytes: boot.bytes.length, ram: boot.sizes.ram, instructions: machine.cpu.instructions - before };
}
