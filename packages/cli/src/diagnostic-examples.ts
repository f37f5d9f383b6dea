/** An example of each diagnostic that a golden fixture has. Made by `npm run docs`; not written by hand. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  MAP001: `error MAP001: unknown key \`journal\`
  at   updates.journal (update-values.config.ts:7:53)
  why  the keys here are state, stateModule, storageModule, trialWatchdog
  fix  remove it`,
  MAP002: `error MAP002: \`bootloader.entry\` is missing
  at   bootloader.entry (missing-values.config.ts:6:3)
  fix  add entry: '….ts', the file that its firmware begins with`,
  MAP003: `error MAP003: the config is not an object
  at   not-an-object.config.ts:4:16
  got  a list
  fix  export default defineConfig({ … })`,
  MAP004: `error MAP004: \`apps.a.size\` is no size
  at   apps.a.size (bad-size.config.ts:8:29)
  got  '64KB'
  why  K is 1024 bytes here; other spellings mean 1000 or 1024 to different people
  fix  write '64K'`,
  MAP005: `error MAP005: there is no room for \`app1\`
  at   apps.app1.size (bootloader-too-large.config.ts:8:58)
  got  it needs 128 KiB; the largest run of free sectors has 0 bytes
  why  each app is placed in whole erase sectors of its own
  fix  make another app smaller`,
  MAP006: `error MAP006: \`app1\` cannot stay at 0x0806_0000, where the lock has it
  at   apps.app1 (lost-place-grown.config.ts:7:11)
  got  it needs 256 KiB; the lock has 0x0806_0000..0x0808_0000 (128 KiB)
  why  no slot of that size can begin there in this flash
  fix  make it 128 KiB again, or remove its line from boot.lock.json and flash it anew`,
  MAP007: `error MAP007: the lock has marks of a merge that was not resolved
  at   lock-conflict.lock.json:5
  why  places and numbers of both sides cannot be in use at once
  fix  keep the side whose images your boards have, then build: apps of the other side get new places`,
  MAP008: `warning MAP008: the config has a new \`app1\`, and no longer \`ap1\`
  at   apps.app1 (lock-renamed.config.ts:8:5)
  got  the lock has \`ap1\` at 0x0800_4000
  why  a renamed app loses its place and its number
  fix  if it is the same app, write \`app1\` for \`ap1\` in boot.lock.json`,
  MAP009: `error MAP009: the lock has \`outside\` where no app can be placed
  at   apps.outside (lock-places.config.ts:8:5)
  got  0x2000_0000..0x2000_4000: flash is 0x0800_0000..0x0808_0000
  why  the tool places each app in whole sectors: the file was edited, or \`at\` was removed from the config
  fix  restore boot.lock.json from version control, or remove the line of the app from it and flash it anew`,
  MAP010: `error MAP010: slots \`bootloader\` and \`app1\` overlap
  at   apps.app1.at (overlap.config.ts:8:40)
  got  bootloader 0x0800_0000..0x0800_4000, app1 0x0800_0000..0x0801_0000
  why  writing one of them would destroy the other
  fix  leave out \`at\`, or start \`app1\` at 0x0800_4000 or later
  note \`bootloader\` is defined at bootloader (overlap.config.ts:6:3)`,
  MAP011: `error MAP011: slot \`bootloader\` does not lie in flash
  at   bootloader (outside-flash.config.ts:6:3)
  got  0x0800_0000..0x0810_0000; the flash of the STM32F411xE is 0x0800_0000..0x0808_0000
  why  there is no memory to write it to
  fix  make it smaller: it must end at 0x0808_0000`,
  MAP012: `error MAP012: slot \`bootloader\` ends inside flash sector 1
  at   bootloader.size (sector-boundary.config.ts:6:56)
  got  it ends at 0x0800_5000; sector 1 is 0x0800_4000..0x0800_8000 (16 KiB)
  why  whole sectors are erased: nothing else can use the rest of the sector
  fix  make its size 32 KiB, so that it ends at 0x0800_8000`,
  MAP013: `error MAP013: slots \`app1\` and \`app2\` share flash sector 5
  at   apps.app2.at (shared-sector.config.ts:11:40)
  got  sector 5 is 0x0802_0000..0x0804_0000 (128 KiB); app1 ends at 0x0802_4000, app2 starts at 0x0802_4000
  why  whole sectors are erased: flashing one of them would erase a part of the other
  fix  leave out \`at\`, or start \`app2\` at 0x0804_0000 (sector 6) with 256 KiB at most, or set sharedSectors: 'preserve' on both
  note \`app1\` is defined at apps.app1.at (shared-sector.config.ts:10:40)`,
  MAP014: `error MAP014: the vector table of \`app1\` is not aligned
  at   apps.app1.at (vector-alignment.config.ts:8:40)
  got  0x0802_0100; its 102 words need a multiple of 512 bytes
  why  VTOR ignores the low bits of the address: interrupts would go astray
  fix  start the slot at 0x0802_0000 or 0x0802_0200`,
  MAP015: `error MAP015: the mailbox lies in the images' RAM
  at   mailbox.at (mailbox-in-ram.config.ts:7:14)
  got  0x2001_0000..0x2001_0040; RAM is 0x2000_0000..0x2002_0000
  why  their data or stack would overwrite it
  fix  leave out \`at\`, or put it at 0x2001_FFC0`,
  MAP016: `error MAP016: the bootloader is not where the processor starts
  at   bootloader.at (reset-address.config.ts:6:40)
  got  0x0800_4000; the STM32F411xE starts at 0x0800_0000
  why  it would never run
  fix  leave out \`at\`, or set it to 0x0800_0000`,
  MAP017: `warning MAP017: the magic word of \`app1\` is not used
  at   apps.app1.magic (magic-unused.config.ts:8:53)
  why  mailbox protocol 'record' names apps by number
  fix  remove it, or set mailbox: { protocol: 'magic-word' }`,
  MAP018: `error MAP018: \`boot.default\` names the app 'ap1', which does not exist
  at   boot.default (boot-order.config.ts:12:5)
  got  the apps are app1, app2
  fix  did you mean 'app1'?`,
  MAP019: `error MAP019: \`2nd\` cannot be the name of an app
  at   apps.2nd (app-names.config.ts:8:5)
  why  it becomes an identifier in firmware
  fix  use letters, digits and _, and begin with no digit`,
  MAP020: `error MAP020: \`apps.a.version\` is no version
  at   apps.a.version (bad-version.config.ts:8:42)
  got  '1.0'
  why  a version is three numbers of at most 255, 255 and 65535: images carry it in four bytes
  fix  write it as '1.2.3'`,
  MAP021: `error MAP021: there are no apps
  at   apps (no-apps.config.ts:7:3)
  why  the bootloader would have nothing to start
  fix  add one: app1: app({ entry: 'apps/app1.ts', size: '64K' })`,
  MAP022: `error MAP022: \`SRAM1\` and \`SRAM2\` of the chip overlap
  at   board.chip.ram.1.start (chip-in-another-place.config.ts:12:5)
  got  SRAM1 0x2000_0000..0x2001_8000, SRAM2 0x2000_0000..0x2000_4000
  why  an address belongs to one memory only
  fix  mend the size of \`SRAM1\`, or start \`SRAM2\` at 0x2001_8000 or later
  note \`SRAM1\` is defined at board.chip.ram.0 (chip-in-another-place.config.ts:12:5)`,
  MAP023: `error MAP023: \`flash\` ends beyond the last address
  at   board.chip.flash.start (address-space.config.ts:11:7)
  got  it starts at 0x0800_0000 and has 8388608 KiB
  why  addresses have 32 bits
  fix  mend its start or its size`,
  MAP024: `error MAP024: a sector of 1996 bytes is no whole number of write units
  at   board.chip.flash.sectors.1.size (write-unit.config.ts:15:23)
  got  writeSize is 8; 4 bytes of each sector are left over
  why  the last bytes of a sector could not be programmed without those of the next
  fix  take the size of a sector and writeSize from the reference manual, both in bytes
  note the write unit is at board.chip.flash.writeSize (write-unit.config.ts:12:9)`,
  MAP025: `error MAP025: \`board.chip.flash.erasedByte\` is no byte
  at   board.chip.flash.erasedByte (erased-byte.config.ts:10:31)
  got  0xFFFFFFFF
  why  it is the value of one erased byte, from 0 to 255: gaps between images are filled with it
  fix  write 0xff, or 0 where erased flash reads as zeroes`,
  MAP026: `error MAP026: the reset address is inside flash sector 0
  at   board.chip.resetAddress (reset-inside-sector.config.ts:8:22)
  got  0x0800_2000; flash is 0x0800_0000..0x0808_0000
  why  the bootloader lies there, in whole sectors of its own
  fix  set it to 0x0800_0000, or mend flash.start or the sectors`,
  MAP027: `error MAP027: \`board.chip.flash.start\` is not aligned
  at   board.chip.flash.start (memory-alignment.config.ts:12:31)
  got  0x0800_0100; the first sector has 16 KiB
  why  a sector of that size begins at a multiple of 16 KiB
  fix  start it at 0x0800_0000 or 0x0800_4000, or mend the sectors`,
  MAP028: `error MAP028: interruptCount is above 496
  at   board.chip.interruptCount (interrupt-count.config.ts:8:22)
  got  1024
  why  the interrupt controller has no more
  fix  write the last position of the manual's vector table plus one`,
  MAP029: `error MAP029: a sector of external flash is no whole number of pages
  at   board.externalFlash.pageSize (external-flash.config.ts:13:7)
  got  a sector has 4 KiB, a page 264 bytes
  why  a page that ends in the next sector would be erased with it
  fix  take pageSize from the flash's datasheet: 256 bytes in most`,
  MAP030: `error MAP030: there is no room for the scratch area of \`swap\`
  at   apps (update-room.config.ts:7:3)
  got  it needs 128 KiB; the largest run of free sectors has 112 KiB
  why  it is placed in whole erase sectors of its own
  fix  make an app smaller, name another strategy, or use external flash: update: { memory: 'external' }`,
  MAP031: `error MAP031: \`app1\` has its downloads in external flash, and the board has none
  at   apps.app1.update (update-settings.config.ts:8:53)
  why  the facts of blackpill name no external flash
  fix  leave out memory: 'external', or add externalFlash to the board`,
  MAP032: `error MAP032: \`app1\` is to be signed, and no key is trusted
  at   apps.app1.verify (verification-keyless.config.ts:7:51)
  why  the bootloader would start nothing
  fix  kickstage keys new keys/main.pem, and in the config keys: { main: 'keys/main.pem' }`,
};
