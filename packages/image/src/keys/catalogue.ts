/** What may be wrong with keys. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const KEY_CODES: readonly CodeExplanation[] = [
  {
    code: 'KEY001',
    title: 'no key in the file',
    text: `Keys are PEM or DER files: PKCS#8 (BEGIN PRIVATE KEY, BEGIN ENCRYPTED PRIVATE KEY), SEC 1 (BEGIN EC PRIVATE KEY), or public
(BEGIN PUBLIC KEY). A file holds one key.`,
  },
  {
    code: 'KEY002',
    title: 'a malformed key',
    text: `The file begins as a key does, and then is something else: cut short, edited, a point that is not on the curve, or a public
half that belongs to another private one.`,
  },
  {
    code: 'KEY003',
    title: 'a key of another kind',
    text: `Images are signed with Ed25519 or ECDSA P-256. MCUboot knows RSA and ECDSA P-384, too; images signed with those can be
shown, but neither made nor verified here. X25519 keys encrypt and do not sign.`,
  },
  {
    code: 'KEY004',
    title: 'an encrypted key without its password',
    text: `The password comes from the environment variable KICKSTAGE_KEY_PASSWORD, or is asked for where there is a terminal. It is
never an option: options are seen by everybody on the machine.`,
  },
  {
    code: 'KEY005',
    title: 'a wrong password',
    text: 'The key cannot be decrypted with the password that was given.',
  },
  {
    code: 'KEY006',
    title: 'a public key where a private one is needed',
    text: `Signing takes the private key, or a program that has it: --signer. The file holds the public half, which verifies.`,
  },
  {
    code: 'KEY007',
    title: 'a development key',
    text: `The key is for trials: its file is marked, or everybody has its private half, as with the sample keys of MCUboot. A board
that trusts it runs anybody's firmware. Release builds refuse it; elsewhere this is a warning.

kickstage keys new FILE makes a key for products.`,
  },
  {
    code: 'KEY008',
    title: 'a key file is there already',
    text: `A key that is lost cannot be made again, and boards that trust it accept no update without it. So no file is replaced unless
--force says so.`,
  },
  {
    code: 'KEY009',
    title: 'a key of the config that cannot be read',
    text: `The config trusts a key, and its file is not there. The bootloader holds the public half of each key in \`keys\`: the file
may be the public one (\`kickstage keys public\`), which can be committed, or the private one, which should not be.`,
  },
  {
    code: 'KEY010',
    title: 'nobody signs the app',
    text: `An app has \`verify: 'signature'\`, and of the keys that may sign it there is no private half here: neither a file, nor an
environment variable, nor a signer.`,
  },
  {
    code: 'KEY011',
    title: 'a key that the bootloader does not trust',
    text: `The app would be signed with a key that is not among those that its bootloader trusts for it, or that is revoked at the
app's security counter. The board would refuse the image.`,
  },
];
