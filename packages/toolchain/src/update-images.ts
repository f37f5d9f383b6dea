/**
 * What an app with `update` asks of a build: with `direct` its image runs where it was downloaded, so it is linked for
 * both banks; and where flash has an error correcting code, images that read it after a cut need the handler for its
 * doubts.
 */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import type { ChipFacts } from '@kickstage/chips/chip';
import type { LinkedImage } from '@kickstage/linker/link';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';

/** The name of an app's image for its second bank: `app1.bank1`. A dot is in no app's name. */
export const secondBankName = (app: string) => `${app}.bank1`;

/** The app whose image has that name. */
export const appOfImage = (name: string) => name.split('.')[0];

/** `direct`: the app's image as it is linked for its download slot. */
export function secondBank({ flash }: Layout, image: LayoutImage): LayoutImage | undefined {
  const { update } = image;
  if (update?.strategy !== 'direct') return undefined;
  const [{ start, end }] = update.downloads;
  const sectors = flash.sectors.filter((sector) => sector.start < end && sector.end > start).map(({ index }) => index);
  // The bootloader allows as many bytes in either bank.
  const slot = { start, end: start + update.capacity };
  return {
    ...image,
    name: secondBankName(image.name),
    slot,
    sectors,
    sharedSectors: [],
    vectorTable: start + (image.headerSize ?? 0),
  };
}

const HANDLER = 'NMI_Handler';

/** What an image on flash with an error correcting code lacks: the bootloader's always, an app's where it reads update slots. */
export function checkFlashDoubt({ updates }: Layout, chip: ChipFacts, { image, symbols }: LinkedImage): Diagnostic[] {
  if (!updates || !chip.flash.writeOnce || (image.kind === 'app' && !image.update)) return [];
  const names = symbols.map(({ symbol }) => symbol.name);
  if (names.includes(HANDLER)) return [];
  const near = nearMiss(
    HANDLER,
    names.filter((name) => name.endsWith('Handler')),
  );
  return [
    {
      code: 'UPD001',
      severity: 'error',
      what: `\`${image.name}\` has no ${HANDLER}`,
      ...(image.entry === undefined ? {} : { at: { file: image.entry } }),
      ...(near ? { got: `it exports ${near}` } : {}),
      why: `reading flash whose programming was cut short raises the NMI on the ${chip.name}: without the handler the processor stops there, at every start`,
      fix: `add export { ${HANDLER} } from 'kickstage/firmware/${image.kind === 'app' ? 'app/nmi' : 'boot/main'}';`,
    },
  ];
}
