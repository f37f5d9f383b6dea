/** A W25Q64 with a time of its own, and what its tests say to it. */
import { w25q64 } from '@kickstage/chips/nor-flash';
import { fixedClock } from '../peripherals/clock-tree.ts';
import { TestTime } from '../peripherals/test-time.ts';
import { SpiNor } from './spi-nor.ts';

export const FACTS = w25q64({ port: 'SPI1', select: 'PA4' });
export const WREN = [0x06];

export function setup() {
  const events: string[] = [];
  const time = new TestTime();
  const nor = new SpiNor({
    facts: FACTS,
    scheduler: time,
    clocks: fixedClock(16e6),
    emit: (event) => event.event === 'flash' && events.push(`${event.op} ${event.address} ${event.size} ${event.unit}`),
    seed: 1,
  });
  /** One transfer: what goes out, what came in. */
  const send = (...bytes: number[]) => {
    nor.select(true);
    const answer = bytes.map((byte) => nor.exchange(byte, 0));
    nor.select(false);
    return answer;
  };
  const at = (address: number) => [address >>> 16, (address >>> 8) & 0xff, address & 0xff];
  const status = () => send(0x05, 0)[1];
  const read = (address: number, count: number) => send(3, ...at(address), ...new Array(count).fill(0)).slice(4);
  const program = (address: number, ...data: number[]) => {
    send(...WREN);
    send(2, ...at(address), ...data);
  };
  const write = (...command: number[]) => {
    send(...WREN);
    send(...command);
  };
  return { events, time, nor, send, at, status, read, program, write };
}

export type Bench = ReturnType<typeof setup>;
