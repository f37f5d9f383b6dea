/** What the command line itself may find wrong with its input. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const CLI_CODES: readonly CodeExplanation[] = [
  {
    code: 'CLI001',
    title: 'no config file',
    text: `Kickstage reads boot.config.ts in the folder where it is called, or in the nearest folder above.

--config FILE names another file, --cwd DIR another folder to start from.`,
  },
  {
    code: 'CLI002',
    title: 'the config cannot be loaded',
    text: `The config is a TypeScript module that is run once. It could not be read, has a syntax error, imports something that
is not there, or threw while it ran. The diagnostic shows the message and the place.`,
  },
  {
    code: 'CLI003',
    title: 'the config exports no config',
    text: `The config module must have a default export made by defineConfig:

  import { defineConfig, app } from 'kickstage';
  export default defineConfig({ … });`,
  },
  {
    code: 'CLI004',
    title: 'wrong usage',
    text: `An unknown command or option, a missing argument, or an option's value that cannot be read. kickstage COMMAND --help
lists what there is.

Times are written with a unit: 20us, 150ms, 3s, 1.5s, 2min. A press is PIN@TIME, or PIN@TIME:DURATION: PA0@3s, PA0@3s:200ms.`,
  },
  {
    code: 'CLI005',
    title: 'a file cannot be read',
    text: 'The file does not exist, is a folder, or its permissions forbid reading it.',
  },
  {
    code: 'CLI006',
    title: 'a file cannot be written',
    text: `The folder is not writable or the disk is full. Files are written under a temporary name and renamed, so that what was
there before is untouched.`,
  },
  {
    code: 'CLI007',
    title: 'no such diagnostic code',
    text: 'kickstage explain takes a code as a diagnostic prints it, such as MAP003. Without a code it lists all.',
  },
  {
    code: 'CLI008',
    title: 'no such image',
    text: 'The image is neither `bootloader` nor the name of an app in the config.',
  },
  {
    code: 'CLI009',
    title: 'the run failed',
    text: `The processor locked up, or the firmware did what the manual leaves undefined or the virtual board does not model. The
fault events before it say where.`,
  },
  {
    code: 'CLI010',
    title: 'time-out',
    text: 'The expected text did not come within the virtual time of --timeout. The exit code is 42.',
  },
  {
    code: 'CLI011',
    title: 'no virtual board with this chip',
    text: `kickstage run executes the machine code on a model of the microcontroller, and there is none of this one. Which ones there
are stands in the diagnostic. Everything else works: check, map, build, size, generate and flash.

A machine is wiring of models in packages/emulator/src/machines/: docs/porting.md, "What the emulator needs".`,
  },
  {
    code: 'CLI012',
    title: 'a config that cannot be edited',
    text: `add, remove and rename change the config's text and keep everything else as it is written. That needs the apps as a
literal: apps: { app1: app({ … }) }. Where they come from a variable, a function or another file, edit by hand; the
diagnostic says what to write.`,
  },
  {
    code: 'CLI013',
    title: 'an app of that name exists',
    text: 'Every app has a name of its own: it is its key in the config, App.name in firmware, and the name of its files.',
  },
  {
    code: 'CLI014',
    title: 'an app is still in use',
    text: `An app cannot be removed, or renamed, while the boot order in the config or the firmware of another app refers to it:
afterwards the project would not build. The diagnostics list all places.

kickstage rename app OLD NEW --references renames App.OLD in the firmware, too.`,
  },
  {
    code: 'CLI020',
    title: 'no such board',
    text: `kickstage init makes projects for the boards of kickstage/boards. kickstage init --help lists them.

For a board that is not there take the one that is most alike and write your own into boot.config.ts: a board is a plain
object, as docs/porting.md describes.`,
  },
  {
    code: 'CLI021',
    title: 'files are in the way of a new project',
    text: `kickstage init replaces nothing: it names all files that are there already and writes none. --force replaces files, but
no folders.

Without --force a README stays as it is, and the project gets none. Other files in the folder, a git repository for one, do
not matter.`,
  },
  {
    code: 'CLI022',
    title: "a name that the project's package cannot have",
    text: `The name goes into package.json, and npm takes lower case letters, digits, - . _ and ~, with no . or _ in front, and a
scope (@scope/name). Without --name it is made from the folder's name.`,
  },
  {
    code: 'CLI023',
    title: 'the folder of a new project is a file',
    text: 'kickstage init DIR makes the folder, or takes one that is there. There is something else of that name.',
  },
  {
    code: 'CLI024',
    title: 'the questions were not answered',
    text: `In a terminal kickstage init asks what the command line does not say. The input ended before the last answer, or was ended
by Ctrl-C or Ctrl-D; nothing was written. --yes takes the defaults.`,
  },
  {
    code: 'CLI025',
    title: 'no virtual board of that kind',
    text: `The project was made, and can be checked, built and flashed. It cannot be run on the virtual board, because there is no
virtual microcontroller of that kind yet; so its npm start puts it on a real board.`,
  },
  {
    code: 'CLI030',
    title: 'the port for gdb cannot be opened',
    text: `kickstage run --gdb listens at 127.0.0.1, port 3333 unless told otherwise, as OpenOCD does. Another program has the port,
or it needs rights that you have not (ports below 1024).

--gdb 3334 takes another port, --gdb 0 any that is free, and prints it. The generated scripts and launch.json say 3333.`,
  },
  {
    code: 'CLI040',
    title: 'the signer failed',
    text: `The program of --signer could not be started, or ended with an exit code that is not 0. It is run by the shell, gets what
is to be signed on its standard input, raw, and writes the signature to its standard output. What it wrote to its standard
error is shown.`,
  },
  {
    code: 'CLI041',
    title: 'the signer did not answer in time',
    text: `The program of --signer was ended after --signer-timeout (60 s). A device that waits for a button or a PIN needs longer.`,
  },
  {
    code: 'CLI042',
    title: "the signer's answer is no signature",
    text: `Ed25519 signatures have 64 bytes. ECDSA signatures are DER, or r and s of 32 bytes each, one behind the other. Either may be
written as hexadecimal digits with a line end. Anything else on the standard output, a progress text for one, spoils it.`,
  },
  {
    code: 'CLI043',
    title: 'a private key in a git repository',
    text: `Who has a private key can sign firmware that your boards start. Keep it out of the repository: *.pem in .gitignore, which
kickstage init writes. A key that was committed stays in the repository's past: make another one.

Public halves may be committed: kickstage keys public FILE --out NAME.pub.pem, and !*.pub.pem in .gitignore.`,
  },
  {
    code: 'CLI044',
    title: 'a file that is no one piece of firmware',
    text: `An image holds one run of bytes. The file has bytes at addresses that lie more than 16 MiB apart: two programs, or option
bytes beside firmware. Make a file of the firmware alone.`,
  },
  {
    code: 'CLI045',
    title: 'firmware linked for another address',
    text: `ELF and Intel HEX files say where their bytes go. With --slot-address the firmware must begin where the header ends: at the
slot's address and the header's size.`,
  },
  {
    code: 'CLI046',
    title: 'a kept flash of another board',
    text: `--keep FILE holds the flash of the virtual board between commands, byte by byte: its size is that of the flash. Serial flash
of the board is kept in FILE.external.`,
  },
  {
    code: 'CLI047',
    title: 'the port for the serial line is taken',
    text: 'kickstage run --serial listens on 127.0.0.1, where one program at a time can have a port. 0 takes any that is free.',
  },
  {
    code: 'CLI048',
    title: 'no dump of a journal',
    text: `kickstage inspect --journal reads both halves of the journal, one behind the other in a raw file, or a raw file with all of
flash. Where the halves are, kickstage map says. With st-flash: st-flash read dump.bin START SIZE. The flash that
kickstage run --keep has kept is such a file, too.`,
  },
  {
    code: 'CLI999',
    title: 'a bug in Kickstage',
    text: `An invariant of Kickstage itself does not hold: this is our fault, not yours. Run again with KICKSTAGE_DEBUG=1 in the
environment to see the stack, and report it with the input.`,
  },
];
