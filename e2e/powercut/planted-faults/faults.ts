/**
 * Faults to be planted in the boot core and the update library, as replacements in their source, with the layout on which
 * the lab is to find them. Each text must be there exactly once.
 */
export interface PlantedFault {
  readonly name: string;
  /** Within firmware/. */
  readonly file: string;
  readonly changes: readonly (readonly [find: string, replace: string])[];
  /** Name of the case in lab-project.ts or verified-lab.ts. */
  readonly where: string;
}

const fault = (name: string, where: string, file: string, ...changes: PlantedFault['changes']): PlantedFault => ({
  name,
  where,
  file,
  changes,
});

const DIRECT = 'F411, direct';
const ALTERNATE = 'F411, alternate';
const OFFSET = 'F411, swap by offset';
const PAGES = 'L476, swap by offset';
const SCRATCH = 'F411, swap through scratch';
const OVERWRITE = 'F411, overwrite';
const VERIFIED = 'F411, ed25519, overwrite';
const REMEMBERED = 'F411, ed25519, direct, remembered';
const L4_ALTERNATE = 'L476, alternate';
const UNIFORM = 'uniform 4K, swap by offset';

const SLOT = 'update/journal-slot.ts';
const JOURNAL = 'update/journal.ts';
const COPY = 'update/copy.ts';
const SETTLE = 'update/settle.ts';
const SWAP = 'update/strategies/swap.ts';
const VERIFY = 'verify/verify.ts';
const APP = 'app/update.ts';
const DOWNLOAD = 'app/download.ts';
const PARTS = 'app/download-parts.ts';

const IN_JOURNAL: readonly PlantedFault[] = [
  fault('a record is not read back', DIRECT, SLOT, [
    'if (slotWord(half, slot, offset) !== ld32(buffer + offset)) return false;',
    '',
  ]),
  fault('a record gets no seal', DIRECT, SLOT, ['return readIsSound() && seal(half, slot);', 'return readIsSound();']),
  fault('the CRC of a record is not looked at', DIRECT, SLOT, [
    'return slotWord(half, slot, JOURNAL_CRC) === ~crc && readIsSound();',
    'return readIsSound();',
  ]),
  fault('a record without a seal is believed', DIRECT, SLOT, [
    'return low === ERASED_WORD && high === ERASED_WORD ? SEAL_NONE : SEAL_TORN;',
    'return SEAL_TORN;',
  ]),
  fault('the body of a record is a unit too short', DIRECT, SLOT, [
    'slotAddress(half, slot), buffer, JOURNAL_BODY_SIZE)',
    'slotAddress(half, slot), buffer, JOURNAL_BODY_SIZE - 8)',
  ]),
  fault('a doubtful record is taken and not copied', DIRECT, JOURNAL, [
    'if (takeRecord(doubtful)) return saveState();',
    'if (takeRecord(doubtful)) return true;',
  ]),
  fault('a record is read again after its CRC was', UNIFORM, JOURNAL, [
    'setStateWord(n, bodyWord(4 * n));',
    'setStateWord(n, slotWord(half, slot, 4 * n));',
  ]),
  fault('a torn record is not made void', DIRECT, JOURNAL, ['else voidSlot(half, slot);', '']),
  fault('the next slot is not made void before the first record', DIRECT, JOURNAL, [
    'if (!voidSlot(half, last + 1)) return false;\n    last++;',
    '',
  ]),
  fault('the seal of the own header is not finished', DIRECT, JOURNAL, [
    'if (!seal(half, 0) || !voidSlot(half ^ 1, 0)) return false;',
    'if (!voidSlot(half ^ 1, 0)) return false;',
  ]),
  fault('a new half begins with the state of now', DIRECT, JOURNAL, [
    'setBodyWord(4 * n, ld32(certain + 4 * n));\n  if',
    'setBodyWord(4 * n, stateWord(n));\n  if',
  ]),
  fault('a new half begins without the state', DIRECT, JOURNAL, ['if (!writeBody(other, 1)) return false;', '']),
  fault(
    'a new half gets its header before its first record',
    DIRECT,
    JOURNAL,
    ['if (!writeBody(other, 1)) return false;', ''],
    [
      'if (!writeBody(other, 0)) return false;\n  half = other;',
      `if (!writeBody(other, 0)) return false;
  for (let n: u32 = 0; n < STATE_WORDS; n++) setBodyWord(4 * n, ld32(certain + 4 * n));
  if (!writeBody(other, 1)) return false;
  half = other;`,
    ],
  ),
  fault('a half is not erased before it begins anew', DIRECT, JOURNAL, [
    'if (erase(JOURNAL_MEMORY, journalHalf(other), JOURNAL_HALF_SIZE) !== STORAGE_OK) return false;',
    '',
  ]),
  fault('a new half does not get a higher generation', DIRECT, JOURNAL, [
    'setBodyWord(JOURNAL_GENERATION, generation + 1);',
    'setBodyWord(JOURNAL_GENERATION, generation);',
  ]),
  fault('the older half is the one in use', DIRECT, JOURNAL, [
    'half = second > first ? 1 : 0;',
    'half = second > first ? 0 : 1;',
  ]),
  fault('the last slot of a half is not looked at', DIRECT, JOURNAL, ['let free = SLOTS;', 'let free = SLOTS - 1;']),
  fault('records go on behind the end of a half', DIRECT, JOURNAL, [
    'if (last + 1 >= SLOTS && !compact()) return false;',
    '',
  ]),
  fault('the state is not empty before it is read', DIRECT, JOURNAL, [
    'resetState();\n  isPrepared = false;',
    'isPrepared = false;',
  ]),
  fault('a doubt of flash is never forgotten', L4_ALTERNATE, 'update/sound-read.ts', [
    'if (IS_STM32L4) doubts = 0;',
    '',
  ]),
];

const IN_BOOT_CORE: readonly PlantedFault[] = [
  fault('progress is not recorded', OFFSET, 'update/work.ts', ['return saveState();', 'return true;']),
  fault('a copy is not read back', ALTERNATE, COPY, [
    'if (copy(source, target, length) && isSame(source, target, length)) return true;',
    'if (copy(source, target, length)) return true;',
  ]),
  fault('a slot is not erased before a copy', OVERWRITE, COPY, [
    'if (size !== 0 && erase(Spot.memory(target), Spot.address(target), size) !== STORAGE_OK) continue;',
    '',
  ]),
  fault('a copy ends a unit early', ALTERNATE, COPY, [
    'if (copy(source, target, length) && isSame(source, target, length)) return true;',
    'if (copy(source, target, length - 8) && isSame(source, target, length - 8)) return true;',
  ]),
  fault('an image is taken as shorter than it is', OVERWRITE, 'update/image.ts', [
    '!readIsSound()) return length;',
    '!readIsSound()) return length - STEP;',
  ]),
  fault('the watchdog is not fed while a slot is searched', OVERWRITE, 'update/image.ts', [
    'if ((length & FEED_MASK) === 0) feedWatchdog();',
    '',
  ]),
  fault('an unconfirmed image is not taken back', ALTERNATE, SETTLE, [
    'setPhase(index, PHASE_REVERT);\n    if',
    'return;\n    if',
  ]),
  fault('the beginning of a trial is not recorded', DIRECT, SETTLE, [
    'setPhase(index, PHASE_TRIAL);\n  if (!saveState()) return false;',
    'setPhase(index, PHASE_TRIAL);',
  ]),
  fault('a trial never begins', OFFSET, SETTLE, [
    'if (index === NO_UPDATE || phaseOf(index) !== PHASE_INSTALLED) return true;',
    'return true;',
  ]),
  fault('the beginning of an installation is not recorded', ALTERNATE, SETTLE, [
    'if (!saveWork(index, 1)) return false;',
    '',
  ]),
  fault('an exchange does not end', OFFSET, SETTLE, ['if (appAtWork() === index) endWork();', '']),
  fault('an update for good does not change the bank in use', DIRECT, SETTLE, [
    'takeOtherCopy(app, index);\n  return finish',
    'return finish',
  ]),
  fault('every update is for good', OFFSET, SETTLE, [
    'if (!isForGood) return finish(index, PHASE_INSTALLED, outcomeOf(index));',
    '',
  ]),
  fault('progress is a step behind', OFFSET, SWAP, ['saveWork(index, step + 2)', 'saveWork(index, step + 1)']),
  fault('progress is a step ahead', OFFSET, SWAP, ['saveWork(index, step + 2)', 'saveWork(index, step + 3)']),
  fault('an exchange goes back from the first chunk', PAGES, SWAP, ['isBack ? chunks - 1 - number : number', 'number']),
  fault('the shorter image says how many chunks there are', PAGES, SWAP, [
    'newImageLength() > oldImageLength() ? newImageLength()',
    'newImageLength() < oldImageLength() ? newImageLength()',
  ]),
  fault(
    'two steps through scratch change places',
    SCRATCH,
    SWAP,
    ['if (part === 0) return', 'if (part === 1) return'],
    ['if (part === 1) return move(boot', 'if (part === 0) return move(boot'],
  ),
  fault('the bank on trial is not the one that is started', DIRECT, 'update/slots.ts', [
    'inUse(index) ^ (isOnTrial ? 1 : 0)',
    'inUse(index)',
  ]),
  fault('reverting takes the newer copy', ALTERNATE, 'update/strategies/alternate.ts', [
    'const copy = copySpot(app);\n  const length = lengthOf(app, copy);',
    'const copy = downloadSpot(app);\n  const length = lengthOf(app, copy);',
  ]),
];

const IN_APP_LIBRARY: readonly PlantedFault[] = [
  fault('a confirmation is not recorded', OFFSET, APP, [
    'takeOtherCopy(THIS_APP, index);\n  return become(index, PHASE_NONE, OUTCOME_CONFIRMED);',
    'takeOtherCopy(THIS_APP, index);\n  return UPDATE_OK;',
  ]),
  fault('a confirmation does not change the bank in use', DIRECT, APP, [
    'takeOtherCopy(THIS_APP, index);\n  return become',
    'return become',
  ]),
  fault('a request is not recorded', DIRECT, APP, [
    'return leave(become(index, next, outcomeOf(index)));',
    'return leave(UPDATE_OK);',
  ]),
  fault('a download slot is not erased', DIRECT, DOWNLOAD, [
    'if (erase(memory, address, size) !== STORAGE_OK) return false;',
    '',
  ]),
  fault('the first page of a download slot is not erased', PAGES, DOWNLOAD, [
    'if (at < length || !isErasedAt(memory, address, size, erased)) {',
    'if (at !== 0 && at < length) {',
  ]),
  fault('whole units of a download are not read back', DIRECT, DOWNLOAD, [
    'return isWrittenAs(memory, address, source, length) ? UPDATE_OK : UPDATE_FLASH_ERROR;',
    'return UPDATE_OK;',
  ]),
  fault('parts of a download are not read back', DIRECT, PARTS, [
    'return isWrittenAs(Spot.memory(spot), address, units + UNIT * n, UNIT) ? UPDATE_OK : UPDATE_FLASH_ERROR;',
    'return UPDATE_OK;',
  ]),
  fault('errors of flash are not told by a download', DIRECT, PARTS, [
    'address, units + UNIT * n, UNIT) !== STORAGE_OK) return UPDATE_FLASH_ERROR;\n  return isWrittenAs(Spot.memory(spot), address, units + UNIT * n, UNIT) ? UPDATE_OK : UPDATE_FLASH_ERROR;',
    'address, units + UNIT * n, UNIT) !== STORAGE_OK) return UPDATE_OK;\n  return UPDATE_OK;',
  ]),
  fault('bytes of a unit are put together in the wrong place', DIRECT, PARTS, [
    'store<u8>(units + UNIT * n + (offset - place), <u8>byte);',
    'store<u8>(units + UNIT * n + ((offset - place) ^ 1), <u8>byte);',
  ]),
];

const IN_VERIFICATION: readonly PlantedFault[] = [
  fault('the hash of a download is not looked at', VERIFIED, VERIFY, [
    'if (compareHash() !== HASH_SAME) return STATUS_WRONG_HASH;\n  sum += compareHash();',
    'sum += HASH_SAME;',
  ]),
  fault('lower counters of a download are taken', VERIFIED, VERIFY, [
    'if (counter < securityCounter()) return STATUS_OLDER_COUNTER;',
    '',
  ]),
  fault('a counter is raised before its image is confirmed', REMEMBERED, 'verify/remember.ts', [
    'counterWord(app) !== 0 && phaseOf(updateIndex(app)) < PHASE_INSTALLED',
    'counterWord(app) !== 0',
  ]),
  fault('a counter is never raised', REMEMBERED, 'verify/remember.ts', [
    'securityCounter() > stateWord(counterWord(app))',
    'false',
  ]),
  fault('a new half forgets what apps are remembered by', REMEMBERED, JOURNAL, [
    'setBodyWord(4 * n, ld32(certain + 4 * n));\n  if',
    'setBodyWord(4 * n, n < 5 ? ld32(certain + 4 * n) : 0);\n  if',
  ]),
  fault('a kept counter is not looked at', REMEMBERED, VERIFY, [
    'if (readForm(app, place) !== STATUS_OK || securityCounter() < keptCounter(app, isFirst)) return STATUS_OLDER_COUNTER;',
    'if (readForm(app, place) !== STATUS_OK) return STATUS_OLDER_COUNTER;',
  ]),
];

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  ...IN_JOURNAL,
  ...IN_BOOT_CORE,
  ...IN_APP_LIBRARY,
  ...IN_VERIFICATION,
];
