/**
 * The udev rule that lets the user of the seat open probes and USB bootloaders. `uaccess` gives access to whoever sits at
 * the machine and works only in files that sort before 73-seat-late.rules (systemd, rules.d); the group is for machines
 * without a seat, such as one that is reached by ssh.
 */
import type { ChipFacts } from '@kickstage/chips/chip';

export const UDEV_FILE = '/etc/udev/rules.d/70-kickstage.rules';
export const UDEV_RELOAD = '`sudo udevadm control --reload`';

/** USB vendor ids of debug probes: STMicroelectronics' ST-LINKs; the DFU bootloader has the same. */
const ST_VENDOR = 0x0483;

/** USB product ids of ST-LINK/V2, V2-1 and V3, with and without mass storage. */
const STLINK_PRODUCTS = '3744|3748|374a|374b|374d|374e|374f|3752|3753|3754|3755|3757';

const id = (value: number) => value.toString(16).padStart(4, '0');

/** Two lines: probes, and the USB bootloader of the chip. */
export function udevLines(chip: Pick<ChipFacts, 'dfu'>): string[] {
  const rule = (vendor: string, product: string) =>
    `SUBSYSTEM=="usb", ATTRS{idVendor}=="${vendor}", ATTRS{idProduct}=="${product}", MODE="0660", GROUP="plugdev", TAG+="uaccess"`;
  const { vendor, product } = chip.dfu ?? { vendor: ST_VENDOR, product: 0xdf11 };
  return [rule(id(ST_VENDOR), STLINK_PRODUCTS), rule(id(vendor), id(product))];
}
