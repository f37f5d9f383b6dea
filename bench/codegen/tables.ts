/** The tables of two kernels, computed, as source text of both languages. */

/** CRC-32 of each byte, reflected polynomial 0xedb88320 (IEEE 802.3). */
function crcTable(): number[] {
  return Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc >>> 0;
  });
}

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
function roundConstants(): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return primes.map((p) => Math.floor((Math.cbrt(p) % 1) * 2 ** 32));
}

const TABLES = { CRC_TABLE: crcTable(), ROUND_CONSTANTS: roundConstants() };

export function tablesAsAssemblyScript(): string {
  return Object.entries(TABLES)
    .map(([name, words]) => `export const ${name} = memory.data<u32>([${words.join(', ')}]);\n`)
    .join('');
}

export function tablesAsC(): string {
  return Object.entries(TABLES)
    .map(([name, words]) => `static const uint32_t ${name}[] = {${words.map((w) => `${w}u`).join(', ')}};\n`)
    .join('');
}
