/**
 * Takes updates at the console: `U`, the size in four bytes (the lowest first), then the image, 128 bytes after each `>`.
 * The bootloader judges it. What it found is told at the next start.
 */
import { OUTCOME_NONE, PHASE_TRIAL, UPDATE_OK } from 'kickstage/firmware/abi/update';
import { bootReport } from 'kickstage/firmware/app/boot-report';
import { updateErase, updateWrite } from 'kickstage/firmware/app/download';
import { outcomeText, updateText } from 'kickstage/firmware/app/outcome-text';
import { ownVersion } from 'kickstage/firmware/app/own-version';
import { markBootSuccessful, requestUpdate, updateOutcome, updateState } from 'kickstage/firmware/app/update';
import * as usart2 from 'kickstage/firmware/drivers/usart2';
import { startCrystal } from 'kickstage/firmware/hal/rcc';
import { startUp } from 'kickstage/firmware/hal/start-up';
import { CONSOLE_BAUD } from 'kickstage/layout';

const BEGIN: u32 = 0x55;
const PIECE: u32 = 128;
const piece = memory.data(128, 8);

export function Reset_Handler(): void {
  startUp();
  usart2.start(startCrystal(), CONSOLE_BAUD);
  usart2.write('app1 ');
  writeVersion(ownVersion());
  if (bootReport().trustsDevelopmentKey) usart2.write(' (development key)');
  if (updateState() === PHASE_TRIAL) {
    usart2.write(markBootSuccessful() === UPDATE_OK ? ': the update works, and stays' : ': cannot be confirmed');
  } else if (updateOutcome() !== OUTCOME_NONE) {
    usart2.write(': the last update: ');
    usart2.write(outcomeText(updateOutcome()));
  }
  usart2.writeLine('');
  while (true) {
    if (readByte() === BEGIN) takeUpdate();
  }
}

/** Comes back with what stands in the way only. */
function takeUpdate(): void {
  let size: u32 = 0;
  for (let shift: u32 = 0; shift < 32; shift += 8) size |= readByte() << shift;
  let status = updateErase();
  for (let done: u32 = 0; done < size && status === UPDATE_OK; done += PIECE) {
    const length = size - done < PIECE ? size - done : PIECE;
    usart2.write('>');
    for (let i: u32 = 0; i < length; i++) store<u8>(piece + i, <u8>readByte());
    status = updateWrite(done, piece, length);
  }
  usart2.writeLine('');
  usart2.flush();
  if (status === UPDATE_OK) status = requestUpdate();
  usart2.write('app1 goes on: ');
  usart2.writeLine(updateText(status));
}

function readByte(): u32 {
  while (!usart2.hasByte()) {}
  return usart2.readByte();
}

function writeVersion(version: u32): void {
  writeNumber(version >>> 24);
  usart2.write('.');
  writeNumber((version >>> 16) & 0xff);
  usart2.write('.');
  writeNumber(version & 0xffff);
}

function writeNumber(number: u32): void {
  let unit: u32 = 1;
  while (number / unit >= 10) unit *= 10;
  for (; unit > 0; unit /= 10) usart2.writeByte(0x30 + ((number / unit) % 10));
}
