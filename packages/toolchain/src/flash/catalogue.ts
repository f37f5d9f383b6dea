/** What may go wrong while a board is flashed. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const FLS_CODES: readonly CodeExplanation[] = [
  {
    code: 'FLS001',
    title: 'no flash tool',
    text: `Kickstage drives the tools that are there already: probe-rs, openocd or st-flash with a debug probe, dfu-util with a USB cable
alone. The first one on PATH is taken, in that order; --via names another. \`kickstage doctor\` says which are found.

  Debian, Ubuntu:  sudo apt install openocd stlink-tools dfu-util
  macOS:           brew install open-ocd stlink dfu-util
  probe-rs:        see https://probe.rs

kickstage flash --dry-run needs none: it prints the commands.`,
  },
  {
    code: 'FLS002',
    title: 'no debug probe',
    text: `The tool runs, but no probe is to be seen on USB. Is it plugged in with a cable that has data lines? OpenOCD has to be told which
kind it is: --probe stlink (which is taken when nothing is said), cmsis-dap, jlink.

A board with a USB bootloader in its ROM needs no probe: --via dfu-util.`,
  },
  {
    code: 'FLS003',
    title: 'no permission for the USB device',
    text: `On Linux a USB device belongs to root. A udev rule gives it to whoever sits at the machine (TAG uaccess) or to a group; the file
must sort before 73-seat-late.rules for the former. After the rule is there, reload the rules and plug the device in again. In a
container the rule belongs on the host, and /dev/bus/usb must be passed in.

On Windows, st-flash, OpenOCD and dfu-util need the WinUSB driver for the device; Zadig installs it. On macOS no right is missing:
another program has the device.

sudo helps for once, and leaves files of root in the build folder: prefer the rule.`,
  },
  {
    code: 'FLS004',
    title: 'the device is in use',
    text: 'Only one program at a time holds a debug probe: an open debug session of an editor, a gdb server, a monitor. End it and try again.',
  },
  {
    code: 'FLS005',
    title: 'no target voltage',
    text: `Probes measure the board's supply on their VTref (VAPP, 3.3V) pin, to know which level their outputs need. Clones of the ST-LINK
feed 3.3 V on that pin instead. Power the board, and connect GND and VTref.`,
  },
  {
    code: 'FLS006',
    title: 'the microcontroller does not answer',
    text: `The probe is there, the processor is not. Wires: SWDIO, SWCLK, GND. Firmware: one that sleeps in Stop or Standby, or uses PA13 and
PA14 as pins, takes the debug port away. Connect while reset is held (NRST must be wired), or start the ROM's bootloader by BOOT0,
where no firmware runs, and flash then.

probe-rs: PROBE_RS_CONNECT_UNDER_RESET=true kickstage flash`,
  },
  {
    code: 'FLS007',
    title: 'another microcontroller than the config says',
    text: `The tool reads an identity that is not that of the config's chip: DBGMCU_IDCODE over a debug probe, the list of erase sectors over
DFU. Images are linked for one chip's map; on another they may not even start. Clones of the STM32F103 and F411 exist that answer
with identities of their own.`,
  },
  {
    code: 'FLS008',
    title: 'read protection is set',
    text: `Read-out protection (RDP) level 1 locks flash for probes and for the ROM's bootloader. Going back to level 0 erases all of flash,
which is the point of it. At level 2 the debug port is gone for good.`,
  },
  {
    code: 'FLS009',
    title: 'no DFU device',
    text: `The bootloader in ROM has to be started: hold BOOT0, press and let go of NRST, let go of BOOT0. The board then shows itself as
0483:df11. If it does not: another cable (many are for charging only), no hub, another port.

STM32F411: the ROM listens on its serial ports as well and stays with the first that seems to talk. PA10 (USART1 RX) floats on the
Blackpill; noise on it wins against USB. Hold PA10 to ground, or use another port. USB needs the crystal; the ROM measures it with
the internal oscillator and sometimes gets it wrong when the board is cold, or with clones (AN2606).`,
  },
  {
    code: 'FLS010',
    title: 'a sector cannot be erased or written',
    text: `Option bytes can protect single sectors against writing (nWRP). Erasing needs more current than running: at less than 2.7 V a
write of 32 bits at once fails.`,
  },
  {
    code: 'FLS011',
    title: 'verification failed',
    text: `After writing, all written sectors are read again and compared byte for byte, the neighbours' bytes in shared sectors included. The
first difference is shown. Exit code 4. A board in this state may not boot; the USB bootloader in ROM works all the same.`,
  },
  {
    code: 'FLS012',
    title: 'no UF2 drive',
    text: `A UF2 bootloader shows itself as a drive with a file INFO_UF2.TXT, usually after two presses of reset. Kickstage looks below /media,
/run/media and /Volumes, and at the drive letters of Windows; KICKSTAGE_UF2_DRIVE names a folder directly.`,
  },
  {
    code: 'FLS013',
    title: 'flash holds a program of unknown origin',
    text: `Where the bootloader belongs, the board holds something that is not erased and was not put there by this project: the vendor's demo,
a UF2 or Arduino bootloader, another project. It cannot be brought back unless it is saved. --yes overwrites it.

A bootloader counts as this project's when it is what was built, when build/flashed.json has it, or when it holds the words of this
project's mailbox.`,
  },
  {
    code: 'FLS014',
    title: "a neighbour's bytes would be lost",
    text: `Flash is erased by whole sectors. Where two slots share one (sharedSectors: 'preserve'), flashing one app means to read the other's
bytes, erase, and write both. A tool that cannot read cannot do that. Flash both apps in one call, or use a tool that reads.`,
  },
  {
    code: 'FLS015',
    title: 'the tool failed',
    text: `The tool ended with an error that Kickstage does not know. Its last lines are shown. kickstage flash --dry-run prints all commands,
so that the failing one can be called by hand.`,
  },
  {
    code: 'FLS016',
    title: 'several devices',
    text: 'Kickstage does not choose between boards. Unplug the others; probe-rs takes PROBE_RS_PROBE=VID:PID:Serial from the environment.',
  },
  {
    code: 'FLS017',
    title: 'the tool cannot be used for this board',
    text: `Tools know microcontrollers by names of their own: probe-rs by the exact part (Board.part), OpenOCD by a target file
(ChipFacts.tools.openocdTarget), UF2 by a family number. The board or chip of the config lacks the one that this tool needs.`,
  },
  {
    code: 'FLS018',
    title: 'the read-back is incomplete',
    text: `The tool reported success, but the file with what it read is missing or shorter than the sectors. Nothing is written then: what must
be kept is not known.`,
  },
  {
    code: 'FLS019',
    title: 'the bootloader is not flashed over UF2',
    text: `A UF2 bootloader lives where ours belongs, and takes no block for its own place; the copy ends without an error and nothing changes.
Flash the bootloader with a probe or dfu-util. Apps can be copied when their slots lie behind the UF2 bootloader.`,
  },
  {
    code: 'FLS020',
    title: 'nothing was verified',
    text: 'A UF2 drive cannot be read back. Whether the board took the file shows when it runs.',
  },
  {
    code: 'FLS021',
    title: 'the program was not started',
    text: 'Flash holds what it should, but the tool could not reset the board. Press reset (NRST), or unplug it and plug it in again.',
  },
  {
    code: 'FLS022',
    title: 'no image to flash',
    text: `The slot has no entry in the config: its image is built elsewhere, and Kickstage has no bytes for it. Flash it with the tool that
built it; kickstage map shows the slot's addresses.`,
  },
  {
    code: 'FLS023',
    title: 'the tool is too old',
    text: `Needed are probe-rs 0.29 (its read command writes files since then), OpenOCD 0.11, st-flash 1.6, dfu-util 0.9, or later ones.
\`kickstage doctor\` shows the versions.`,
  },
];
