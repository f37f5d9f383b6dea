/** Why a run on the virtual board ends with an error. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const EMU_CODES: readonly CodeExplanation[] = [
  {
    code: 'EMU001',
    title: 'an instruction that is not modelled',
    text: 'The processor of the virtual board does not have this instruction yet. The event says which and where.',
  },
  {
    code: 'EMU002',
    title: 'no such register',
    text: 'The firmware accessed an address of a register block at which the manual has no register, or one that is not modelled.',
  },
  {
    code: 'EMU003',
    title: 'an access of a width that is not allowed',
    text: 'The manual allows this register only with wider accesses.',
  },
  {
    code: 'EMU004',
    title: 'a function that is not modelled',
    text: 'The firmware switched on something that the virtual board does not have. Silicon may do it; the virtual board does not pretend.',
  },
  {
    code: 'EMU005',
    title: 'reserved bits written',
    text: 'The firmware set bits that the manual keeps reserved. Read the register, change your bits, write it back.',
  },
  {
    code: 'EMU006',
    title: 'clocks set wrongly',
    text: `The clock tree was set in a way that the manual forbids, and that silicon answers with a crash or a wrong frequency:
a switch to a clock that is not ready, a PLL outside its ranges, a bus above its limit, a processor clock above what the
flash wait states (FLASH_ACR.LATENCY) or the regulator (PWR_CR.VOS, PWR_CR1.VOS) allow, a serial port without a baud
rate.

Raise the wait states before the clock, and lower them after it. Wait for a source's ready flag before using it.`,
  },
  {
    code: 'EMU007',
    title: 'a read-only register written',
    text: 'The register shows a state and cannot be written, or what it sets up is locked: a pin until the next reset, a serial port while it is on.',
  },
  {
    code: 'EMU008',
    title: 'the flash interface used wrongly',
    text: `Flash was programmed or erased without the steps that the manual asks for (RM0383 Rev 3 or RM0351 Rev 9, chapter
3): two keys in FLASH_KEYR unlock FLASH_CR; a wrong key closes it until the next reset; a store to flash while it is
locked is lost; nothing may be started while FLASH_SR.BSY is set.

What silicon reports in FLASH_SR (PGSERR, PGPERR, PGAERR, WRPERR, PROGERR, SIZERR) is reported there, and is no error of
the run.`,
  },
  {
    code: 'EMU009',
    title: 'a block without clock',
    text: 'The firmware used a peripheral before it switched on its clock in RCC. On silicon reads give 0 and writes are lost.',
  },
  {
    code: 'EMU010',
    title: 'a byte lost at a serial port',
    text: `The firmware wrote a byte that never leaves the chip: the transmitter is off (CR1.UE and CR1.TE), the data register is
still full (wait for TXE in SR or ISR), the transmitter was switched off before the byte had left (wait for TC), or no pin
is connected to the port's TX (the pin's mode in GPIO_MODER must be alternate function, and its number in GPIO_AFRL or AFRH
the port's).`,
  },
  {
    code: 'EMU011',
    title: 'the independent watchdog used wrongly',
    text: `The firmware wrote something to IWDG that silicon ignores: a key that is none of 0xCCCC (start), 0xAAAA (refresh) and
0x5555 (open the registers); PR, RLR or WINR without 0x5555 in IWDG_KR just before; or one of them again before IWDG_SR
says that the last value is in force.

An update takes up to five periods of the LSI, and does not end while the LSI is off: start the watchdog first.`,
  },
  {
    code: 'EMU012',
    title: 'an SPI port used wrongly',
    text: `The firmware did something that loses or spoils a frame: it wrote the data register while the port was off
(CR1.SPE) or full (wait for TXE), switched the port off or changed its format while a frame was under way (wait for BSY),
used the data register in a width that does not fit the frame, or sent while the port's signals reach no pin.`,
  },
  {
    code: 'EMU013',
    title: 'a serial flash used wrongly',
    text: `The firmware gave the flash a command that the chip ignores: a program, erase or status write without Write Enable (0x06)
just before; anything but a status read while it is busy (poll bit 0 of Read Status Register-1, 0x05); anything but Release
Power-down (0xAB) while it is powered down; a write into blocks that the status register protects; an address beyond its
end; or its select pin changed within a byte (wait until SPI_SR.BSY is 0).`,
  },
  {
    code: 'EMU014',
    title: 'the backup domain written while it is closed',
    text: `The backup registers and RCC_BDCR keep what they hold until DBP in PWR_CR (PWR_CR1 on the STM32L4) opens the backup domain
to writes; PWR needs its clock for that. The backup registers need the clock of the RTC, too: RTCSEL and RTCEN in
RCC_BDCR.`,
  },
];
