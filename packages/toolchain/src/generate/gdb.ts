/**
 * A script of gdb for each image: connect, load, and commands that read the bootloader's report and ask for another app.
 * The requests are computed here, so that the script writes words only. Commands come before the connection, so that they
 * are there when it fails.
 */
import * as mailbox from '@kickstage/abi/mailbox';
import * as status from '@kickstage/abi/status';
import { crc32 } from '@kickstage/base/crc32';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import { builtFile, GENERATED, type Generate, header, hex, imagesOf, lines } from './generated-file.ts';
import { OPENOCD_CONFIG } from './openocd.ts';
import { loadFile, sharesSectors } from './shared-sectors.ts';

export const generateGdb: Generate = (layout) =>
  imagesOf(layout).map((image) => ({ path: scriptOf(image), text: script(layout, image) }));

const scriptOf = (image: LayoutImage) => `${GENERATED}/${image.name}.gdb`;

function script(layout: Layout, image: LayoutImage): string {
  const file = builtFile(image, 'elf');
  const loaded = loadFile(image);
  return lines(
    header('hash'),
    `# Debugs \`${image.name}\`. In the project's folder: gdb-multiarch -x ${scriptOf(image)}`,
    `# A server listens at port 3333, such as openocd -f ${OPENOCD_CONFIG}`,
    '',
    `file ${file}`,
    '',
    command('kickstage-reset', "Resets the chip and stops it at the bootloader's first instruction.", [
      'monitor reset halt',
    ]),
    command('kickstage-report', 'Prints what the bootloader left in the mailbox for the app.', report(layout)),
    layout.apps.flatMap((app) => command(`kickstage-switch-${app.name}`, `Starts ${app.name}.`, request(layout, app))),
    command('kickstage-switch', 'kickstage-switch APP: asks the bootloader for an app, and resets the chip.', [
      'kickstage-switch-$arg0',
    ]),
    'target extended-remote localhost:3333',
    ...(sharesSectors(image) ? ['# Shares an erase sector with another image: both are loaded.'] : []),
    loaded === file ? 'load' : `load ${loaded}`,
    'kickstage-reset',
  );
}

function command(name: string, description: string, body: readonly string[]): string[] {
  return [`define ${name}`, ...indent(body), 'end', `document ${name}`, description, 'end', ''];
}

const indent = (body: readonly string[]) => body.map((line) => `  ${line}`);

/** The type's name is C's; it is known where the image has no debug information, too. */
const word = (address: number) => `*(unsigned int *)${hex(address)}`;

/** Writes the request for an app; the chip's reset makes the bootloader obey. */
function request({ mailbox: box }: Layout, app: LayoutImage): string[] {
  const words = box.protocol === 'record' ? recordRequest(app.id) : [[0, app.magic ?? 0]];
  return [...words.map(([offset, value]) => `set ${word(box.start + offset)} = ${hex(value)}`), 'kickstage-reset'];
}

function recordRequest(app: number): [offset: number, value: number][] {
  const kind = mailbox.MAILBOX_VERSION | (mailbox.REQUEST_BOOT << 8);
  const covered = new DataView(new ArrayBuffer(mailbox.MAILBOX_REQUEST_CRC));
  const words: [number, number][] = [
    [mailbox.MAILBOX_REQUEST_MAGIC, mailbox.MAILBOX_MAGIC],
    [mailbox.MAILBOX_REQUEST_KIND, kind],
    [mailbox.MAILBOX_REQUEST_ARGUMENT, app],
  ];
  for (const [offset, value] of words) covered.setUint32(offset, value, true);
  return [...words, [mailbox.MAILBOX_REQUEST_CRC, crc32(new Uint8Array(covered.buffer))]];
}

const REASONS = namesOf(status, 'REASON_');
const STATUSES = namesOf(status, 'STATUS_');
const CAUSES = namesOf(status, 'RESET_');

/** Names by number: `STATUS_BAD_STACK` is `bad stack`. */
function namesOf(module: Record<string, number>, prefix: string): [number, string][] {
  return Object.entries(module)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]): [number, string] => [value, name.slice(prefix.length).toLowerCase().replaceAll('_', ' ')])
    .sort(([a], [b]) => a - b);
}

function report(layout: Layout): string[] {
  const apps = layout.apps.map((app): [number, string] => [app.id, app.name]);
  const body = layout.mailbox.protocol === 'record' ? recordReport(layout, apps) : magicReport(layout, apps);
  return [...body.head, `if ${body.isWhole}`, ...indent(body.fields), 'else', '  printf "no report\\n"', 'end'];
}

interface ReportBody {
  readonly head: readonly string[];
  readonly isWhole: string;
  readonly fields: readonly string[];
}

function recordReport({ mailbox: box }: Layout, apps: readonly [number, string][]): ReportBody {
  const at = (offset: number) => word(box.start + offset);
  return {
    head: [
      'set $ks_crc = (unsigned int)0xFFFFFFFF',
      `set $ks_at = (unsigned int *)${hex(box.start + mailbox.MAILBOX_REPORT)}`,
      `while $ks_at < (unsigned int *)${hex(box.start + mailbox.MAILBOX_REPORT_CRC)}`,
      '  set $ks_crc = $ks_crc ^ *$ks_at',
      '  set $ks_bit = 0',
      '  while $ks_bit < 32',
      '    set $ks_crc = (unsigned int)(($ks_crc >> 1) ^ (($ks_crc & 1) * 0xEDB88320U))',
      '    set $ks_bit = $ks_bit + 1',
      '  end',
      '  set $ks_at = $ks_at + 1',
      'end',
      `set $ks_flags = ${at(mailbox.MAILBOX_REPORT_FLAGS)}`,
      `set $ks_choice = ${at(mailbox.MAILBOX_REPORT_CHOICE)}`,
    ],
    isWhole: [
      `${at(mailbox.MAILBOX_REPORT_MAGIC)} == ${hex(mailbox.MAILBOX_MAGIC)}`,
      `${at(mailbox.MAILBOX_REPORT_CRC)} == (unsigned int)~$ks_crc`,
      `($ks_flags & 0xFF) == ${mailbox.MAILBOX_VERSION}`,
    ].join(' && '),
    fields: [
      ...named('slot', '($ks_flags >> 24) & 0xFF', [...apps, [mailbox.NO_SLOT, 'none']]),
      ...named('wanted', '$ks_choice & 0xFF', [...apps, [mailbox.NO_SLOT, 'none']]),
      ...named('reason', '($ks_choice >> 8) & 0xFF', REASONS),
      ...named('refusal', '($ks_choice >> 16) & 0xFF', STATUSES),
      ...named('status', '($ks_flags >> 8) & 0xFF', STATUSES),
      ...named('reset cause', '($ks_flags >> 16) & 0xFF', CAUSES),
      `printf "attempts %u\\n", ${at(mailbox.MAILBOX_REPORT_ATTEMPTS)}`,
      `printf "exchange %u\\n", ${at(mailbox.MAILBOX_REPORT_EXCHANGE)}`,
      `set $ks_version = ${at(mailbox.MAILBOX_REPORT_BOOTLOADER)}`,
      'printf "bootloader %u.%u.%u\\n", $ks_version >> 24, ($ks_version >> 16) & 0xFF, $ks_version & 0xFFFF',
    ],
  };
}

function magicReport({ mailbox: box }: Layout, apps: readonly [number, string][]): ReportBody {
  const address = box.start + mailbox.MAGIC_REPORT;
  const field = (shift: number) => `($ks_report >> ${shift}) & 0xFF`;
  return {
    head: [`set $ks_report = ${address + 4 <= box.end ? word(address) : '0'}`],
    isWhole: `(${field(mailbox.MAGIC_REPORT_TAG_SHIFT)}) == ${hex(mailbox.MAGIC_REPORT_TAG)}`,
    fields: [
      ...named('slot', field(mailbox.MAGIC_REPORT_SLOT_SHIFT), [...apps, [mailbox.NO_SLOT, 'none']]),
      ...named('reason', field(mailbox.MAGIC_REPORT_REASON_SHIFT), REASONS),
      ...named('refusal', field(mailbox.MAGIC_REPORT_STATUS_SHIFT), STATUSES),
    ],
  };
}

/** Prints a field's number and its name, where it has one: `reason 2 (mailbox)`. */
function named(title: string, value: string, names: readonly [number, string][]): string[] {
  return [
    `set $ks_value = ${value}`,
    `printf "${title} %u", $ks_value`,
    ...names.flatMap(([number, name]) => [`if $ks_value == ${number}`, `  printf " (${name})"`, 'end']),
    'printf "\\n"',
  ];
}
