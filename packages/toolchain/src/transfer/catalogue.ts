/** Diagnostics of transfers. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const SND_CODES: readonly CodeExplanation[] = [
  {
    code: 'SND001',
    title: 'no app answers',
    text: `The greeting was sent ten times within five seconds, and no whole reply came. The app that runs must pass what comes over
the line to takeTransferByte of kickstage/firmware/app/transfer. The line is 8N1 at the rate of the board's console.`,
  },
  {
    code: 'SND002',
    title: 'an image for another place',
    text: `An image runs at the address for which it was linked. The app says which one it needs: its own slot, or with \`direct\` the bank
that does not run. Give both files then: kickstage send build/app1.bin build/app1.bank1.bin`,
  },
  {
    code: 'SND003',
    title: 'an image larger than its slot',
    text: 'The app says how many bytes an image may have. Nothing was erased.',
  },
  {
    code: 'SND004',
    title: 'the app refuses the image',
    text: `The answer is one of the update library (UPDATE_…, packages/abi/src/update.ts) or of the transfer (docs/formats/transfer.md).
What runs on the board stays as it is.`,
  },
  {
    code: 'SND005',
    title: 'the app no longer answers',
    text: `A command was sent again and again, and no whole reply came. A transfer that ends in the middle has changed the download slot
only. The next one begins anew.`,
  },
  {
    code: 'SND006',
    title: 'the app is reset during the transfer',
    text: 'After a reset the app has forgotten the transfer; it was begun anew each time.',
  },
  {
    code: 'SND007',
    title: 'the app cannot be updated',
    text: 'The app that answers takes transfers, but has no `update` in the config that it was built from.',
  },
  {
    code: 'SND008',
    title: 'another version of the transfer',
    text: 'The format is told in the greeting: docs/formats/transfer.md.',
  },
  {
    code: 'SND009',
    title: 'the serial port cannot be used',
    text: `The port is opened as a file, and set by stty. On Linux its name is /dev/ttyACM0 or /dev/ttyUSB0, and the user is in the
group dialout; on macOS /dev/cu.usbmodem…. tcp:HOST:PORT is the port of a virtual board: kickstage run --serial`,
  },
];
