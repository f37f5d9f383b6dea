/**
 * The C header: every number of the Layout and of the mailbox, and the two functions that an app needs. C99 and C++, for
 * any compiler that knows GNU's inline assembler. The functions are for the Layout's own protocol; the other's are left
 * out, its constants are not.
 */
import type { Layout } from '@kickstage/memory-map/layout';
import { type Constant, constantGroups, constantName } from './constants.ts';
import { GENERATED, type Generate, header, hex, lines, plainName } from './generated-file.ts';

export const generateC: Generate = (layout) => [{ path: `${GENERATED}/c/kickstage.h`, text: cHeader(layout) }];

function cHeader(layout: Layout): string {
  return lines(
    header('c'),
    `/* Addresses of the ${plainName(layout.board.chip)}, its images and the mailbox; how an app switches and learns how it was started. */`,
    '#ifndef KICKSTAGE_H',
    '#define KICKSTAGE_H',
    '',
    '#include <stdint.h>',
    constantGroups(layout).flatMap(({ title, constants }) =>
      constants.length === 0 ? [] : ['', `/* ${title}. */`, ...constants.map(define)],
    ),
    COMMON,
    layout.mailbox.protocol === 'record' ? RECORD : magicWord(layout),
    '',
    '#endif',
  );
}

function define({ name, value, base }: Constant): string {
  return `#define KICKSTAGE_${name} ${base === 16 ? hex(value) : value}u`;
}

/** AIRCR: DDI 0403E, B3.2.6; the barrier before the reset: B1.5.16. */
const COMMON = `
/* What the bootloader left for the app. What the protocol does not carry is 0, KICKSTAGE_NO_SLOT for apps. */
struct kickstage_report {
  uint32_t slot;               /* number of the app that was started */
  uint32_t wanted;             /* number of the app that was wanted */
  uint32_t reason;             /* why the app was chosen: KICKSTAGE_REASON_... */
  uint32_t refusal;            /* why the wanted one was refused: KICKSTAGE_STATUS_..., 0 when it was not */
  uint32_t reset_cause;        /* KICKSTAGE_RESET_... */
  uint32_t attempts;           /* starts since power-on, this one included */
  uint32_t exchange;           /* outcome of the last exchange, 0 where there was none */
  uint32_t bootloader_version; /* major in bits 24..31, minor in 16..23, patch in 0..15 */
};

static inline volatile uint32_t *kickstage_mailbox_word(uint32_t offset) {
  return (volatile uint32_t *)(uintptr_t)(KICKSTAGE_MAILBOX_ADDRESS + offset);
}

/* Resets the chip; RAM keeps what is in it. Does not come back. */
__attribute__((noreturn)) static inline void kickstage_reset(void) {
  __asm__ volatile("dsb" ::: "memory");
  *(volatile uint32_t *)(uintptr_t)0xE000ED0Cu = 0x05FA0004u; /* AIRCR: the key and SYSRESETREQ */
  __asm__ volatile("dsb" ::: "memory");
  for (;;) {
  }
}`;

const RECORD = `
/* One word further in a CRC-32 (IEEE 802.3) that began with 0xFFFFFFFF and ends with its complement. */
static inline uint32_t kickstage_crc32_step(uint32_t crc, uint32_t word) {
  crc ^= word;
  for (int i = 0; i < 32; i++) crc = (crc >> 1) ^ (UINT32_C(0xEDB88320) & (UINT32_C(0) - (crc & 1u)));
  return crc;
}

/* Leaves this app for another one: KICKSTAGE_APP_... The chip is reset. Does not come back. */
__attribute__((noreturn)) static inline void kickstage_switch_to(uint32_t app) {
  const uint32_t kind = KICKSTAGE_MAILBOX_VERSION | (KICKSTAGE_REQUEST_BOOT << 8);
  uint32_t crc = kickstage_crc32_step(UINT32_C(0xFFFFFFFF), KICKSTAGE_MAILBOX_MAGIC);
  crc = kickstage_crc32_step(kickstage_crc32_step(crc, kind), app);
  *kickstage_mailbox_word(KICKSTAGE_MAILBOX_REQUEST_MAGIC) = KICKSTAGE_MAILBOX_MAGIC;
  *kickstage_mailbox_word(KICKSTAGE_MAILBOX_REQUEST_KIND) = kind;
  *kickstage_mailbox_word(KICKSTAGE_MAILBOX_REQUEST_ARGUMENT) = app;
  *kickstage_mailbox_word(KICKSTAGE_MAILBOX_REQUEST_CRC) = ~crc;
  kickstage_reset();
}

/* Reads the bootloader's report. Gives 1; 0 and an empty report when there is no whole one. */
static inline int kickstage_boot_report(struct kickstage_report *report) {
  uint32_t words[KICKSTAGE_MAILBOX_REPORT_SIZE / 4u];
  uint32_t crc = UINT32_C(0xFFFFFFFF);
  const uint32_t last = (KICKSTAGE_MAILBOX_REPORT_CRC - KICKSTAGE_MAILBOX_REPORT) / 4u;
  for (uint32_t i = 0; i <= last; i++) {
    words[i] = *kickstage_mailbox_word(KICKSTAGE_MAILBOX_REPORT + 4u * i);
    if (i < last) crc = kickstage_crc32_step(crc, words[i]);
  }
#define KICKSTAGE_FIELD_(offset) words[((offset) - KICKSTAGE_MAILBOX_REPORT) / 4u]
  const uint32_t flags = KICKSTAGE_FIELD_(KICKSTAGE_MAILBOX_REPORT_FLAGS);
  const uint32_t choice = KICKSTAGE_FIELD_(KICKSTAGE_MAILBOX_REPORT_CHOICE);
  const int whole = words[0] == KICKSTAGE_MAILBOX_MAGIC && words[last] == (uint32_t)~crc &&
                    (flags & 0xFFu) == KICKSTAGE_MAILBOX_VERSION;
  report->slot = whole ? flags >> 24 : KICKSTAGE_NO_SLOT;
  report->wanted = whole ? choice & 0xFFu : KICKSTAGE_NO_SLOT;
  report->reason = whole ? (choice >> 8) & 0xFFu : 0u;
  report->refusal = whole ? (choice >> 16) & 0xFFu : 0u;
  report->reset_cause = whole ? (flags >> 16) & 0xFFu : 0u;
  report->attempts = whole ? KICKSTAGE_FIELD_(KICKSTAGE_MAILBOX_REPORT_ATTEMPTS) : 0u;
  report->exchange = whole ? KICKSTAGE_FIELD_(KICKSTAGE_MAILBOX_REPORT_EXCHANGE) : 0u;
  report->bootloader_version = whole ? KICKSTAGE_FIELD_(KICKSTAGE_MAILBOX_REPORT_BOOTLOADER) : 0u;
#undef KICKSTAGE_FIELD_
  return whole;
}`;

function magicWord({ apps }: Layout): string {
  const named = apps.filter((app) => app.magic !== undefined).map(constantName);
  const words = named.map((name) => `  if (app == KICKSTAGE_APP_${name}) word = KICKSTAGE_MAGIC_WORD_${name};`);
  return `
/* Leaves this app for another one: KICKSTAGE_APP_... The chip is reset. Does not come back. */
__attribute__((noreturn)) static inline void kickstage_switch_to(uint32_t app) {
  uint32_t word = 0; /* means the default */
${words.join('\n')}
  *kickstage_mailbox_word(0) = word;
  kickstage_reset();
}

/* Reads the bootloader's report. Gives 1; 0 and an empty report when there is none. */
static inline int kickstage_boot_report(struct kickstage_report *report) {
  uint32_t word = 0;
#if KICKSTAGE_MAILBOX_SIZE >= KICKSTAGE_MAGIC_REPORT + 4u
  word = *kickstage_mailbox_word(KICKSTAGE_MAGIC_REPORT);
#endif
  const int whole = word >> KICKSTAGE_MAGIC_REPORT_TAG_SHIFT == KICKSTAGE_MAGIC_REPORT_TAG;
  report->slot = whole ? (word >> KICKSTAGE_MAGIC_REPORT_SLOT_SHIFT) & 0xFFu : KICKSTAGE_NO_SLOT;
  report->wanted = KICKSTAGE_NO_SLOT;
  report->reason = whole ? (word >> KICKSTAGE_MAGIC_REPORT_REASON_SHIFT) & 0xFFu : 0u;
  report->refusal = whole ? (word >> KICKSTAGE_MAGIC_REPORT_STATUS_SHIFT) & 0xFFu : 0u;
  report->reset_cause = 0u;
  report->attempts = 0u;
  report->exchange = 0u;
  report->bootloader_version = 0u;
  return whole;
}`;
}
