/** The SPI ports of a machine: their pins, and the serial flash that the board has at one of them. */
import type { ChipFacts } from '@kickstage/chips/chip';
import { type NorFacts, SpiNor } from '../devices/spi-nor.ts';
import type { Machine } from '../machine.ts';
import type { ClockControl } from '../peripherals/clock-control.ts';
import type { Gpio, Level } from '../peripherals/gpio.ts';
import type { SpiBus, SpiOptions, SpiPort } from '../peripherals/spi-port.ts';
import { busOf, findPin, interrupt } from './wiring.ts';

type SpiSignal = 'sck' | 'miso' | 'mosi';

/** Pins that a signal can be connected to, each with its alternate function: `PA5:5 PB3:5`. */
export type SpiPins = Readonly<Record<SpiSignal, string>>;

interface Place {
  readonly pin: string;
  readonly alternate: number;
  readonly gpio: Gpio;
  readonly index: number;
}

export interface SpiParts {
  readonly machine: Machine;
  readonly chip: ChipFacts;
  readonly rcc: ClockControl;
  /** Pins by port: `SPI1`. */
  readonly pins: Readonly<Record<string, SpiPins>>;
  readonly externalFlash: NorFacts | undefined;
  readonly seed: number | undefined;
  readonly endurance: number | undefined;
  readonly make: (options: SpiOptions) => SpiPort;
}

/** Made before the pins are: they report their levels to `pinChanged`, and are given to `connect`. */
export class SpiWiring {
  readonly ports: ReadonlyMap<string, SpiPort>;
  readonly flash: SpiNor | undefined;
  private readonly parts: SpiParts;
  private gpios: ReadonlyMap<string, Gpio> = new Map();
  private readonly found = new Map<string, readonly Place[]>();

  constructor(parts: SpiParts) {
    this.parts = parts;
    const { machine, rcc, pins, externalFlash } = parts;
    // At a port that is not modelled (QUADSPI) nobody can reach it.
    if (externalFlash && externalFlash.connection.port in pins) {
      const emit = machine.emit.bind(machine);
      this.flash = new SpiNor({
        facts: externalFlash,
        scheduler: machine.clock,
        clocks: rcc,
        emit,
        onOperation: (cycles) => machine.power.operationBegins(cycles),
        seed: parts.seed,
        endurance: parts.endurance,
      });
      machine.attach(this.flash);
      machine.power.add(this.flash);
    }
    this.ports = new Map(Object.keys(pins).map((name) => [name, this.makePort(name)]));
  }

  /** Nothing else drives the select pin until the firmware does: it is pulled up. */
  connect(gpios: ReadonlyMap<string, Gpio>): void {
    this.gpios = gpios;
    const { connection } = this.parts.externalFlash ?? {};
    if (!this.flash || !connection) return;
    const { gpio, index } = findPin(gpios, connection.select);
    gpio.drive(index, 1);
  }

  /** The level at a pin changed. */
  pinChanged(pin: string, level: Level): void {
    const { connection } = this.parts.externalFlash ?? {};
    if (connection?.select !== pin) return;
    this.flash?.select(level === 0, this.ports.get(connection.port)?.isBusy);
  }

  private makePort(name: string): SpiPort {
    const { machine, chip, rcc, make } = this.parts;
    return make({
      name,
      bus: busOf(chip, name),
      clocks: rcc,
      scheduler: machine.clock,
      interrupt: interrupt(machine, chip, name, 'global'),
      connected: this.busOf(name),
      whyDisconnected: () => this.whyDisconnected(name),
    });
  }

  /** Where nobody is selected, MISO is as its pin's pull or an outside driver makes it. */
  private busOf(name: string): SpiBus {
    const flash = this.parts.externalFlash?.connection.port === name ? this.flash : undefined;
    return {
      exchange: (byte, mode) => (flash?.listens ? flash.exchange(byte, mode) : this.restingMiso(name)),
      cutShort: () => flash?.cutShort(),
    };
  }

  private restingMiso(name: string): number {
    const place = this.places(name, 'miso').find(isConnected);
    return place && place.gpio.levelAt(place.index) === 1 ? 0xff : 0;
  }

  /** SCK always, and the data lines where the flash hangs on them. */
  private whyDisconnected(name: string): string | undefined {
    const hasFlash = this.flash !== undefined && this.parts.externalFlash?.connection.port === name;
    const signals: readonly SpiSignal[] = hasFlash ? ['sck', 'mosi', 'miso'] : ['sck'];
    for (const signal of signals) {
      const places = this.places(name, signal);
      if (places.some(isConnected)) continue;
      const ways = places.map(({ pin, alternate }) => `${pin} the alternate function ${alternate}`);
      return `give ${ways.join(' or ')} (${signal.toUpperCase()})`;
    }
    return undefined;
  }

  private places(name: string, signal: SpiSignal): readonly Place[] {
    const key = `${name} ${signal}`;
    const known = this.found.get(key);
    if (known) return known;
    const places = this.parts.pins[name][signal].split(' ').map((text) => {
      const [pin, alternate] = text.split(':');
      return { pin, alternate: Number(alternate), ...findPin(this.gpios, pin) };
    });
    this.found.set(key, places);
    return places;
  }
}

function isConnected({ gpio, index, alternate }: Place): boolean {
  return gpio.alternateOf(index) === alternate;
}
