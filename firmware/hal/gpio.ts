/**
 * General-purpose I/O (STM32F4: RM0383 Rev 3, 8.4; STM32L4: RM0351 Rev 9, 8.5; the same registers). Ports are numbers: 0
 * is A. Pins are 0..15.
 */
import { GPIO_ENABLE, GPIO_ENABLE_BITS, GPIO_START } from 'kickstage/layout';
import { ld32, st32 } from '../intrinsics/mmio';
import { enableClock } from './rcc';

const PORT_DISTANCE: usize = 0x400;

const MODER: usize = 0x00;
const PUPDR: usize = 0x0c;
const IDR: usize = 0x10;
const BSRR: usize = 0x18;
const AFRL: usize = 0x20;

export const MODE_INPUT: u32 = 0;
export const MODE_OUTPUT: u32 = 1;
export const MODE_ALTERNATE: u32 = 2;

export const PULL_NONE: u32 = 0;
export const PULL_UP: u32 = 1;
export const PULL_DOWN: u32 = 2;

function baseOf(port: u32): usize {
  return GPIO_START + port * PORT_DISTANCE;
}

/** Switches a port's clock on: before anything else is done with it. */
export function startPort(port: u32): void {
  if (GPIO_ENABLE === 0) ERROR('the chip has no GPIOA among its registerBlocks: add it to the facts of the chip');
  enableClock(GPIO_ENABLE, GPIO_ENABLE_BITS << port);
}

/** MODE_INPUT, MODE_OUTPUT or MODE_ALTERNATE. */
export function setMode(port: u32, pin: u32, mode: u32): void {
  setField(baseOf(port) + MODER, pin * 2, 3, mode);
}

export function setPull(port: u32, pin: u32, pull: u32): void {
  setField(baseOf(port) + PUPDR, pin * 2, 3, pull);
}

/** Connects a pin to a peripheral: alternate functions 0..15 (the datasheet's pin tables). */
export function setAlternate(port: u32, pin: u32, alternate: u32): void {
  setField(baseOf(port) + AFRL + ((pin >>> 3) << 2), (pin & 7) * 4, 15, alternate);
  setMode(port, pin, MODE_ALTERNATE);
}

/** Drives an output. One write: safe beside interrupt handlers that drive other pins of the port. */
export function writePin(port: u32, pin: u32, high: bool): void {
  st32(baseOf(port) + BSRR, high ? 1 << pin : 1 << (pin + 16));
}

/** The level at a pin. */
export function readPin(port: u32, pin: u32): bool {
  return ((ld32(baseOf(port) + IDR) >>> pin) & 1) !== 0;
}

function setField(register: usize, shift: u32, mask: u32, value: u32): void {
  st32(register, (ld32(register) & ~(mask << shift)) | (value << shift));
}
