/** What may stand in the way of the power-cut lab. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const LAB_CODES: readonly CodeExplanation[] = [
  {
    code: 'LAB001',
    title: 'no room for the lab beside the images',
    text: `On the virtual board the lab calls the update library from flash of its own, because the images that it exchanges are
arbitrary bytes. It needs a run of flash that no image and no region of the updates uses. Without --on emulator the lab needs
no such place.`,
  },
];
