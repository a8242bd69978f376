/** A column of codes, whole numbers from 0 that are below the number of levels, as SQL. */
export interface Codes {
  readonly sql: string;
  readonly levels: readonly unknown[];
}

/** Level codes of some columns in one number: code of the first + its levels × (code of the second + …). */
export interface PackedCodes<C extends Codes> {
  readonly parts: readonly C[];
  readonly sql: string;
}

/** Packed codes are 32-bit integers. */
const MOST = 2 ** 31;

/**
 * Packs level codes into as few columns as hold them exactly: each column that is scanned has its price. Where one code
 * is missing, so is the number that it is packed in.
 */
export function packCodes<C extends Codes>(all: readonly C[]): PackedCodes<C>[] {
  const packs: PackedCodes<C>[] = [];
  let [own, terms, size]: [C[], string[], number] = [[], [], 1];
  for (const one of all) {
    if (size * one.levels.length > MOST) {
      packs.push({ parts: own, sql: terms.join(' + ') });
      [own, terms, size] = [[], [], 1];
    }
    own.push(one);
    terms.push(`CAST(${one.sql} AS BIGINT) * ${size}`);
    size *= one.levels.length;
  }
  return own.length === 0 ? packs : [...packs, { parts: own, sql: terms.join(' + ') }];
}

/** The codes of each, row by row, from the packed columns; there are at most 256 levels. Missing ones are read as 0. */
export function unpackCodes<C extends Codes>(
  packs: readonly PackedCodes<C>[],
  columns: readonly Float64Array[],
): ReadonlyMap<C, Uint8Array> {
  const codes = new Map<C, Uint8Array>();
  for (const [p, { parts }] of packs.entries()) {
    const rest = new Int32Array(columns[p] ?? []);
    for (const part of parts) {
      const [levels, own] = [part.levels.length, new Uint8Array(rest.length)];
      for (let row = 0; row < rest.length; row += 1) {
        const packed = rest[row] ?? 0;
        const left = (packed / levels) | 0;
        own[row] = packed - left * levels;
        rest[row] = left;
      }
      codes.set(part, own);
    }
  }
  return codes;
}
