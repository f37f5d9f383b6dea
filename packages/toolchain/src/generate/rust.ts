/**
 * The Rust module: the same constants as the C header, `switch_to` and `boot_report`. It uses `core` alone and is included
 * with `mod` or `include!`; what touches memory is apart from what computes, so that the latter is tested on any machine.
 */
import type { Layout } from '@kickstage/memory-map/layout';
import { type Constant, constantGroups, constantName } from './constants.ts';
import { GENERATED, type Generate, header, hex, lines, plainName } from './generated-file.ts';

export const generateRust: Generate = (layout) => [
  { path: `${GENERATED}/rust/kickstage.rs`, text: rustModule(layout) },
];

function rustModule(layout: Layout): string {
  return lines(
    header('slashes'),
    `//! Addresses of the ${plainName(layout.board.chip)}, its images and the mailbox; how an app switches and learns how it was started.`,
    '#![allow(dead_code)]',
    constantGroups(layout).flatMap(({ title, constants }) =>
      constants.length === 0 ? [] : ['', `// ${title}.`, ...constants.map(define)],
    ),
    COMMON,
    layout.mailbox.protocol === 'record' ? RECORD : magicWord(layout),
  );
}

function define({ name, value, base }: Constant): string {
  return `pub const ${name}: u32 = ${base === 16 ? hex(value).replace(/(.{4})$/, '_$1') : value};`;
}

/** AIRCR: DDI 0403E, B3.2.6; the barrier before the reset: B1.5.16. */
const COMMON = `
/// What the bootloader left for the app. What the protocol does not carry is 0, \`NO_SLOT\` for apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BootReport {
    /// Number of the app that was started: \`APP_...\`.
    pub slot: u32,
    /// Number of the app that was wanted.
    pub wanted: u32,
    /// Why the app was chosen: \`REASON_...\`.
    pub reason: u32,
    /// Why the wanted one was refused: \`STATUS_...\`, 0 when it was not.
    pub refusal: u32,
    /// \`RESET_...\`.
    pub reset_cause: u32,
    /// Starts since power-on, this one included.
    pub attempts: u32,
    /// Outcome of the last exchange, 0 where there was none.
    pub exchange: u32,
    /// Major in bits 24..31, minor in 16..23, patch in 0..15.
    pub bootloader_version: u32,
}

const fn byte(word: u32, shift: u32) -> u32 {
    (word >> shift) & 0xFF
}

fn mailbox_word(offset: u32) -> *mut u32 {
    (MAILBOX_ADDRESS + offset) as usize as *mut u32
}

fn barrier() {
    #[cfg(target_arch = "arm")]
    unsafe {
        core::arch::asm!("dsb", options(nostack, preserves_flags));
    }
    core::sync::atomic::compiler_fence(core::sync::atomic::Ordering::SeqCst);
}

/// Resets the chip; RAM keeps what is in it.
pub fn reset() -> ! {
    // AIRCR gets the key and SYSRESETREQ.
    barrier();
    unsafe { (0xE000_ED0Cusize as *mut u32).write_volatile(0x05FA_0004) };
    barrier();
    loop {
        core::hint::spin_loop();
    }
}`;

const RECORD = `
/// One word further in a CRC-32 (IEEE 802.3) that began with \`0xFFFF_FFFF\` and ends with its complement.
const fn crc32_step(mut crc: u32, word: u32) -> u32 {
    crc ^= word;
    let mut i = 0;
    while i < 32 {
        crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        i += 1;
    }
    crc
}

/// Words of the mailbox's request half that ask for an app: \`APP_...\`.
pub const fn boot_request(app: u32) -> [u32; (MAILBOX_REQUEST_SIZE / 4) as usize] {
    let kind = MAILBOX_VERSION | (REQUEST_BOOT << 8);
    let crc = crc32_step(crc32_step(crc32_step(0xFFFF_FFFF, MAILBOX_MAGIC), kind), app);
    let mut words = [0; (MAILBOX_REQUEST_SIZE / 4) as usize];
    words[(MAILBOX_REQUEST_MAGIC / 4) as usize] = MAILBOX_MAGIC;
    words[(MAILBOX_REQUEST_KIND / 4) as usize] = kind;
    words[(MAILBOX_REQUEST_ARGUMENT / 4) as usize] = app;
    words[(MAILBOX_REQUEST_CRC / 4) as usize] = !crc;
    words
}

/// Leaves this app for another one: \`APP_...\`. The chip is reset.
pub fn switch_to(app: u32) -> ! {
    for (word, offset) in boot_request(app).iter().zip((0..).step_by(4)) {
        unsafe { mailbox_word(offset).write_volatile(*word) };
    }
    reset()
}

const REPORT_WORDS: usize = (MAILBOX_REPORT_SIZE / 4) as usize;

impl BootReport {
    /// The report in the mailbox's report half; \`None\` when its magic, version or CRC is wrong.
    pub fn decode(words: &[u32; REPORT_WORDS]) -> Option<BootReport> {
        let at = |offset: u32| ((offset - MAILBOX_REPORT) / 4) as usize;
        let covered = &words[..at(MAILBOX_REPORT_CRC)];
        let crc = !covered.iter().fold(0xFFFF_FFFF, |crc, word| crc32_step(crc, *word));
        let flags = words[at(MAILBOX_REPORT_FLAGS)];
        let choice = words[at(MAILBOX_REPORT_CHOICE)];
        let is_whole = words[at(MAILBOX_REPORT_MAGIC)] == MAILBOX_MAGIC
            && words[at(MAILBOX_REPORT_CRC)] == crc
            && byte(flags, 0) == MAILBOX_VERSION;
        if !is_whole {
            return None;
        }
        Some(BootReport {
            slot: byte(flags, 24),
            wanted: byte(choice, 0),
            reason: byte(choice, 8),
            refusal: byte(choice, 16),
            reset_cause: byte(flags, 16),
            attempts: words[at(MAILBOX_REPORT_ATTEMPTS)],
            exchange: words[at(MAILBOX_REPORT_EXCHANGE)],
            bootloader_version: words[at(MAILBOX_REPORT_BOOTLOADER)],
        })
    }
}

/// The bootloader's report to this app, if there is a whole one.
pub fn boot_report() -> Option<BootReport> {
    let mut words = [0; REPORT_WORDS];
    for (word, offset) in words.iter_mut().zip((MAILBOX_REPORT..).step_by(4)) {
        *word = unsafe { mailbox_word(offset).read_volatile() };
    }
    BootReport::decode(&words)
}`;

function magicWord({ apps }: Layout): string {
  const named = apps.filter((app) => app.magic !== undefined).map(constantName);
  return `
/// The mailbox's first word when it asks for an app: \`APP_...\`. 0, for any other number, means the default.
pub const fn boot_request(app: u32) -> u32 {
    match app {
${named.map((name) => `        APP_${name} => MAGIC_WORD_${name},`).join('\n')}
        _ => 0,
    }
}

/// Leaves this app for another one: \`APP_...\`. The chip is reset.
pub fn switch_to(app: u32) -> ! {
    unsafe { mailbox_word(0).write_volatile(boot_request(app)) };
    reset()
}

impl BootReport {
    /// The report in the word behind the request; \`None\` when it is none.
    pub fn decode(word: u32) -> Option<BootReport> {
        if byte(word, MAGIC_REPORT_TAG_SHIFT) != MAGIC_REPORT_TAG {
            return None;
        }
        Some(BootReport {
            slot: byte(word, MAGIC_REPORT_SLOT_SHIFT),
            wanted: NO_SLOT,
            reason: byte(word, MAGIC_REPORT_REASON_SHIFT),
            refusal: byte(word, MAGIC_REPORT_STATUS_SHIFT),
            reset_cause: 0,
            attempts: 0,
            exchange: 0,
            bootloader_version: 0,
        })
    }
}

/// The bootloader's report to this app, if there is one; the mailbox may be too small for it.
pub fn boot_report() -> Option<BootReport> {
    if MAILBOX_SIZE < MAGIC_REPORT + 4 {
        return None;
    }
    BootReport::decode(unsafe { mailbox_word(MAGIC_REPORT).read_volatile() })
}`;
}
