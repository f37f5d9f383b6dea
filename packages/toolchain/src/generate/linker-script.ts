/**
 * Linker scripts. `ld`: one whole script of GNU ld for each app, to be used with startup.c; `memory-x`: the part of one
 * that the Rust crate cortex-m-rt asks for. An app's FLASH is its slot, its RAM what the mailbox leaves, so that an image
 * that links has its place. The segments' flags are given: with those of their sections ld would warn of code beside data
 * that can be written. Nobody obeys them on a microcontroller.
 */
import { formatSize } from '@kickstage/base/hex';
import { type AddressRange, rangeSize } from '@kickstage/base/ranges';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import { GENERATED, type Generate, header, hex, lines } from './generated-file.ts';
import { startupFile } from './startup-c.ts';

export const generateLd: Generate = (layout, facts) => [
  ...layout.apps.map((app) => ({
    path: `${GENERATED}/${app.name}/${app.name}.ld`,
    text: linkerScript(layout, app),
  })),
  startupFile(layout, facts),
];

export const generateMemoryX: Generate = (layout) =>
  layout.apps.map((app) => ({ path: `${GENERATED}/${app.name}/memory.x`, text: memoryX(layout, app) }));

function memoryX(layout: Layout, app: LayoutImage): string {
  return lines(
    header('c'),
    `/* Memory of \`${app.name}\` for cortex-m-rt. The vector table goes to the start of FLASH, the stack to the end of RAM. */`,
    memory(layout, app, { flash: 'FLASH', ram: 'RAM' }),
    mailboxSymbols(layout),
  );
}

function linkerScript(layout: Layout, app: LayoutImage): string {
  return lines(
    header('c'),
    `/* Links \`${app.name}\` for its slot; the start-up code is in ../c/startup.c. */`,
    'ENTRY(Reset_Handler)',
    '',
    memory(layout, app, { flash: 'FLASH (rx)', ram: 'RAM (rw)' }),
    '',
    mailboxSymbols(layout),
    '',
    '/* Bytes that are kept free for stack and heap; --defsym=__stack_size=N asks for others. */',
    `__stack_size = DEFINED(__stack_size) ? __stack_size : ${hex(STACK_SIZE)};`,
    '__heap_size = DEFINED(__heap_size) ? __heap_size : 0;',
    '',
    'PHDRS {',
    '  flash PT_LOAD FLAGS(5);',
    '  ram PT_LOAD FLAGS(6);',
    '}',
    '',
    SECTIONS,
    '',
    asserts(app),
  );
}

const STACK_SIZE = 1024;

function memory({ mailbox }: Layout, app: LayoutImage, names: { flash: string; ram: string }): string[] {
  const region = (name: string, range: AddressRange, note: string) =>
    `  ${name} : ORIGIN = ${hex(range.start)}, LENGTH = ${hex(rangeSize(range))} /* ${formatSize(rangeSize(range))}: ${note} */`;
  const beyond = mailbox.start === app.ram.end ? '; the mailbox lies behind it' : '';
  const header = app.headerSize === undefined ? '' : ' behind the header, which `kickstage sign` fills in';
  return [
    'MEMORY {',
    region(names.flash, { start: app.vectorTable, end: app.slot.end }, `the slot of \`${app.name}\`${header}`),
    region(names.ram, app.ram, `what images may use${beyond}`),
    '}',
  ];
}

function mailboxSymbols({ mailbox }: Layout): string[] {
  return [
    '/* The mailbox is in RAM, but no image places anything there. */',
    `__kickstage_mailbox_start = ${hex(mailbox.start)};`,
    `__kickstage_mailbox_end = ${hex(mailbox.end)};`,
  ];
}

const SECTIONS = `SECTIONS {
  .vectors ORIGIN(FLASH) : {
    __vectors_start = .;
    KEEP(*(.vectors))
    __vectors_end = .;
  } > FLASH :flash

  .text : {
    *(.text .text.*)
    *(.glue_7 .glue_7t)
    KEEP(*(.init))
    KEEP(*(.fini))
    . = ALIGN(4);
  } > FLASH :flash

  .rodata : {
    *(.rodata .rodata.*)
    . = ALIGN(4);
  } > FLASH :flash

  .init_array : {
    . = ALIGN(4);
    PROVIDE_HIDDEN(__preinit_array_start = .);
    KEEP(*(.preinit_array))
    PROVIDE_HIDDEN(__preinit_array_end = .);
    PROVIDE_HIDDEN(__init_array_start = .);
    KEEP(*(SORT_BY_INIT_PRIORITY(.init_array.*)))
    KEEP(*(.init_array))
    PROVIDE_HIDDEN(__init_array_end = .);
    PROVIDE_HIDDEN(__fini_array_start = .);
    KEEP(*(SORT_BY_INIT_PRIORITY(.fini_array.*)))
    KEEP(*(.fini_array))
    PROVIDE_HIDDEN(__fini_array_end = .);
  } > FLASH :flash

  .ARM.extab : {
    *(.ARM.extab .ARM.extab.* .gnu.linkonce.armextab.*)
  } > FLASH :flash

  .ARM.exidx : {
    __exidx_start = .;
    *(.ARM.exidx .ARM.exidx.* .gnu.linkonce.armexidx.*)
    __exidx_end = .;
    . = ALIGN(4);
  } > FLASH :flash

  /* Runs in RAM, comes from flash: startup.c copies it. */
  .data : {
    . = ALIGN(4);
    __data_start = .;
    *(.data .data.*)
    /* Functions that must not run from flash. */
    *(.ramfunc .ramfunc.*)
    . = ALIGN(4);
    __data_end = .;
  } > RAM AT > FLASH :ram
  __data_load = LOADADDR(.data);
  __image_end = LOADADDR(.data) + SIZEOF(.data);

  .bss (NOLOAD) : {
    . = ALIGN(4);
    __bss_start = .;
    *(.bss .bss.*)
    *(COMMON)
    . = ALIGN(4);
    __bss_end = .;
  } > RAM :ram

  /* Kept over a reset: startup.c leaves it alone. */
  .noinit (NOLOAD) : {
    *(.noinit .noinit.*)
    . = ALIGN(8);
    PROVIDE(end = .);
    PROVIDE(_end = .);
    __heap_start = .;
  } > RAM :ram

  /DISCARD/ : {
    *(.note.GNU-stack)
  }
}

__stack_top = ORIGIN(RAM) + LENGTH(RAM);
__stack_limit = __stack_top - __stack_size;
__heap_end = __stack_limit;`;

function asserts(app: LayoutImage): string[] {
  const check = (condition: string, message: string) => `ASSERT(${condition}, "${app.name}: ${message}")`;
  return [
    check('__vectors_start == ORIGIN(FLASH)', 'the vector table is not at the start of the slot'),
    check(
      `__vectors_end - __vectors_start >= 8`,
      'there is no vector table: link startup.c, or put yours into .vectors',
    ),
    check(
      `__vectors_end - __vectors_start <= ${4 * app.vectorCount}`,
      `the vector table has more than the ${app.vectorCount} words of the chip`,
    ),
    check('__image_end <= ORIGIN(FLASH) + LENGTH(FLASH)', 'the image is larger than its slot'),
    check('__heap_start + __heap_size <= __stack_limit', 'no room in RAM for heap and stack'),
    check(
      '__stack_top <= __kickstage_mailbox_start || __kickstage_mailbox_end <= ORIGIN(RAM)',
      'RAM covers the mailbox',
    ),
  ];
}
