import type { SQLInputValue } from 'node:sqlite';
import { crc32 } from 'node:zlib';

/** The SQL function that gives the checksums of its arguments; every connection has it. */
export const CHECKSUMS_FUNCTION = 'sh_checksums';

/** A CRC-32 for each value: it misses no change of a single byte. Values come as bytes, or null. */
export function checksums(...values: readonly SQLInputValue[]): string {
  return values
    .map((value) => (value instanceof Uint8Array ? crc32(value).toString(16).padStart(8, '0') : 'nothing-'))
    .join('');
}

/** How many characters a checksum has. */
export const CHECKSUM_LENGTH = 8;
