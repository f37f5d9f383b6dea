/** Rights on a Linux machine that is a folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stm32f411xe } from '@kickstage/chips/stm32f411';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkNode, checkRights, type Machine } from './machine.ts';

let root: string;
let machine: Machine;

const put = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
const summary = () => checkRights(machine, stm32f411xe).map(({ name, status }) => `${status} ${name}`);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kickstage-'));
  const user = { name: 'ada', uid: 1000, groups: [1000] };
  machine = {
    platform: 'linux',
    ruleFolders: [join(root, 'etc'), join(root, 'usr')],
    usbDevices: join(root, 'sys'),
    usbNodes: join(root, 'dev'),
    groupFile: join(root, 'group'),
    user,
  };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function plugIn(): void {
  for (const [file, text] of Object.entries({
    idVendor: '0483',
    idProduct: '3748',
    product: 'STM32 STLink',
    busnum: '3',
    devnum: '14',
  }))
    put(`sys/3-2/${file}`, `${text}\n`);
}

test('no rule: the two lines', () => {
  const [rule] = checkRights(machine, stm32f411xe);
  expect(rule).toMatchObject({ name: 'udev rule', status: 'warn' });
  expect(rule.lines).toHaveLength(2);
});

test('a rule of another package, counted once', () => {
  for (const folder of ['etc', 'usr'])
    put(`${folder}/60-openocd.rules`, 'ATTRS{idVendor}=="0483", ATTRS{idProduct}=="3748", TAG+="uaccess"');
  put('etc/README', 'idVendor}=="0483"');
  expect(checkRights(machine, stm32f411xe)).toEqual([
    { name: 'udev rule', status: 'ok', found: join(root, 'etc/60-openocd.rules') },
  ]);
});

test('root needs no rule', () => {
  machine = { ...machine, user: { ...machine.user, uid: 0 } };
  expect(summary()).toEqual(['ok udev rule']);
});

test('the group: member, listed but not logged in anew, none', () => {
  put('etc/a.rules', 'idVendor}=="0483"');
  put('group', 'root:x:0:\nplugdev:x:46:ada,eve\n');
  expect(checkRights(machine, stm32f411xe)[1]).toMatchObject({ status: 'warn', fix: 'log out and in again' });
  machine = { ...machine, user: { ...machine.user, groups: [1000, 46] } };
  expect(summary()).toEqual(['ok udev rule', 'ok group plugdev']);
  put('group', 'plugdev:x:47:eve\n');
  expect(checkRights(machine, stm32f411xe)[1].fix).toContain('usermod -aG plugdev ada');
});

test("a probe that is plugged in: its node's rights are looked at", () => {
  put('etc/a.rules', 'idVendor}=="0483"');
  plugIn();
  expect(summary()).toEqual(['ok udev rule', 'fail usb 0483:3748']);
  put('dev/003/014', '');
  expect(checkRights(machine, stm32f411xe)[1]).toEqual({
    name: 'usb 0483:3748',
    status: 'ok',
    found: `STM32 STLink, ${join(root, 'dev/003/014')} can be opened`,
  });
});

test('elsewhere than on Linux nothing is looked up', () => {
  expect(checkRights({ ...machine, platform: 'darwin' }, stm32f411xe)).toMatchObject([{ status: 'ok' }]);
  expect(checkRights({ ...machine, platform: 'win32' }, stm32f411xe)[0].found).toContain('WinUSB');
});

test('the version of Node', () => {
  expect(['18.20.0', '20.10.0', '20.11.0', '24.0.0'].map((version) => checkNode(version).status)).toEqual([
    'fail',
    'fail',
    'ok',
    'ok',
  ]);
});
