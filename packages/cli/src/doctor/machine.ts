/** What the machine allows: the version of Node, and on Linux the rights on USB devices. */
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { ChipFacts } from '@kickstage/chips/chip';
import { UDEV_FILE, UDEV_RELOAD, udevLines } from '@kickstage/toolchain/flash/udev';
import type { Check } from './check.ts';

/** Oldest Node that Kickstage runs on: package.json, engines. */
const NODE_MINIMUM = [20, 11] as const;

export function checkNode(version = process.versions.node): Check {
  const [major, minor] = version.split('.').map(Number);
  const isEnough = major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1]);
  if (isEnough) return { name: 'node', status: 'ok', found: version };
  return { name: 'node', status: 'fail', found: version, fix: `install Node ${NODE_MINIMUM.join('.')} or later` };
}

/** What of the system the checks of rights look at; tests bring another one. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Folders of udev rules. */
  readonly ruleFolders: readonly string[];
  /** Where the kernel tells of USB devices (/sys/bus/usb/devices), and where their nodes are (/dev/bus/usb). */
  readonly usbDevices: string;
  readonly usbNodes: string;
  /** /etc/group. */
  readonly groupFile: string;
  readonly user: { readonly name: string; readonly uid: number; readonly groups: readonly number[] };
}

export function thisMachine(): Machine {
  const { username, uid } = userInfo();
  return {
    platform: process.platform,
    ruleFolders: ['/etc/udev/rules.d', '/run/udev/rules.d', '/usr/lib/udev/rules.d', '/lib/udev/rules.d'],
    usbDevices: '/sys/bus/usb/devices',
    usbNodes: '/dev/bus/usb',
    groupFile: '/etc/group',
    user: { name: username, uid, groups: process.getgroups?.() ?? [] },
  };
}

/** Rights on Linux; elsewhere a hint only, because nothing can be looked up. */
export function checkRights(machine: Machine, chip: Pick<ChipFacts, 'dfu'>): Check[] {
  if (machine.platform === 'linux')
    return [checkRules(machine, chip), ...checkGroup(machine), ...checkNodes(machine, chip)];
  const found =
    machine.platform === 'win32' ? 'Windows: the device needs the WinUSB driver (Zadig)' : 'no rule is needed';
  return [{ name: 'usb rights', status: 'ok', found }];
}

const hex4 = (value: number) => value.toString(16).padStart(4, '0');
const ST_VENDOR = '0483';

/** Rule files; of those with one name the first, as udev does. */
function ruleFiles({ ruleFolders }: Machine): string[] {
  const byName = new Map<string, string>();
  for (const folder of ruleFolders)
    for (const name of listFolder(folder))
      if (name.endsWith('.rules') && !byName.has(name)) byName.set(name, join(folder, name));
  return [...byName.values()];
}

/** Whether a rule file names the vendor of probes. */
function checkRules(machine: Machine, chip: Pick<ChipFacts, 'dfu'>): Check {
  const vendor = new RegExp(`idVendor\\}=="${ST_VENDOR}"`, 'i');
  const files = ruleFiles(machine);
  const found = files.filter((file) => vendor.test(readText(file)));
  if (found.length > 0) return { name: 'udev rule', status: 'ok', found: found.join(', ') };
  if (machine.user.uid === 0) return { name: 'udev rule', status: 'ok', found: 'none, and root needs none' };
  return {
    name: 'udev rule',
    status: 'warn',
    found: `no rule names ST's devices (${ST_VENDOR}) in ${machine.ruleFolders.join(', ')}`,
    fix: `write these lines to ${UDEV_FILE}, then ${UDEV_RELOAD}, and plug the device in again`,
    lines: udevLines(chip),
  };
}

/** Whether the user is in the group that our rule names, if there is such a group. The seat's user needs no group. */
function checkGroup({ groupFile, user }: Machine): Check[] {
  const line = readText(groupFile)
    .split('\n')
    .find((entry) => entry.startsWith('plugdev:'));
  if (!line || user.uid === 0) return [];
  const [, , id, members = ''] = line.split(':');
  if (user.groups.includes(Number(id)))
    return [{ name: 'group plugdev', status: 'ok', found: `${user.name} is a member` }];
  const isListed = members.split(',').includes(user.name);
  return [
    {
      name: 'group plugdev',
      status: 'warn',
      found: isListed ? `${user.name} was added, but not logged in anew` : `${user.name} is no member`,
      fix: isListed
        ? 'log out and in again'
        : `needed only without a seat at the machine (ssh): sudo usermod -aG plugdev ${user.name}, then log in anew`,
    },
  ];
}

interface UsbDevice {
  readonly vendor: string;
  readonly product: string;
  readonly title: string;
  readonly node: string;
}

/** Devices of ST that are plugged in: whether this user may open them. The answer is the system's, not a guess. */
function checkNodes(machine: Machine, chip: Pick<ChipFacts, 'dfu'>): Check[] {
  const vendors = [ST_VENDOR, ...(chip.dfu ? [hex4(chip.dfu.vendor)] : [])];
  return usbDevices(machine)
    .filter(({ vendor }) => vendors.includes(vendor))
    .map(({ vendor, product, title, node }) => {
      const name = `usb ${vendor}:${product}`;
      if (mayOpen(node)) return { name, status: 'ok', found: `${title}, ${node} can be opened` };
      const fix = `write these lines to ${UDEV_FILE}, then ${UDEV_RELOAD}, and plug it in again`;
      return { name, status: 'fail', found: `${title}, ${node} must not be opened`, fix, lines: udevLines(chip) };
    });
}

function usbDevices({ usbDevices: folder, usbNodes }: Machine): UsbDevice[] {
  return listFolder(folder).flatMap((name) => {
    const field = (file: string) => readText(join(folder, name, file)).trim();
    const [vendor, product] = [field('idVendor'), field('idProduct')];
    if (vendor === '' || product === '') return [];
    const three = (text: string) => text.padStart(3, '0');
    const node = join(usbNodes, three(field('busnum')), three(field('devnum')));
    return [{ vendor, product, title: field('product') || 'a USB device', node }];
  });
}

function mayOpen(node: string): boolean {
  try {
    accessSync(node, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
