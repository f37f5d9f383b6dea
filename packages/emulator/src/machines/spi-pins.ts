/** Pins of the SPI ports with their alternate functions: DS10314 Rev 8, table 9; DS10198 Rev 8, table 17. */
import type { SpiPins } from './spi-wiring.ts';

export const SPI_PINS_F411: Readonly<Record<string, SpiPins>> = {
  SPI1: { sck: 'PA5:5 PB3:5', miso: 'PA6:5 PB4:5', mosi: 'PA7:5 PB5:5' },
  SPI2: { sck: 'PB10:5 PB13:5 PC7:5 PD3:5', miso: 'PB14:5 PC2:5', mosi: 'PB15:5 PC3:5' },
  SPI3: { sck: 'PB3:6 PB12:7 PC10:6', miso: 'PB4:6 PC11:6', mosi: 'PB5:6 PC12:6 PD6:5' },
  SPI4: { sck: 'PB13:6 PE2:5 PE12:5', miso: 'PA11:6 PE5:5 PE13:5', mosi: 'PA1:5 PE6:5 PE14:5' },
  SPI5: { sck: 'PB0:6 PE2:6 PE12:6', miso: 'PA12:6 PE5:6 PE13:6', mosi: 'PA10:6 PB8:6 PE6:6 PE14:6' },
};

export const SPI_PINS_L476: Readonly<Record<string, SpiPins>> = {
  SPI1: { sck: 'PA5:5 PB3:5 PE13:5 PG2:5', miso: 'PA6:5 PB4:5 PE14:5 PG3:5', mosi: 'PA7:5 PB5:5 PE15:5 PG4:5' },
  SPI2: { sck: 'PB10:5 PB13:5 PD1:5', miso: 'PB14:5 PC2:5 PD3:5', mosi: 'PB15:5 PC3:5 PD4:5' },
  SPI3: { sck: 'PB3:6 PC10:6 PG9:6', miso: 'PB4:6 PC11:6 PG10:6', mosi: 'PB5:6 PC12:6 PG11:6' },
};
