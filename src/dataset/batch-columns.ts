import duckdb from '@duckdb/node-bindings';
import type { BatchColumn } from '../sdk/index.ts';

/** What a column of a batch is read from: a DuckDB vector of one of these layouts. */
export type Layout = 'int32' | 'int64' | 'int128' | 'float64' | 'boolean' | 'text';

/** Collects one column of a batch out of DuckDB's vectors. */
export interface ColumnBuilder {
  /** Looks at a vector and adds what each row needs, in bytes, to `sizes`. */
  load(vector: duckdb.Vector, rows: number, sizes: Float64Array): void;
  /** Takes rows `from` to `to` (excluded) of the loaded vector. */
  take(from: number, to: number): void;
  /** The column of all rows taken, and starts anew. */
  finish(): BatchColumn;
}

/** A builder for a column of a layout. */
export function createColumnBuilder(layout: Layout): ColumnBuilder {
  if (layout === 'text') return textBuilder();
  return fixedBuilder(layout);
}

const WIDTHS: Readonly<Record<Exclude<Layout, 'text'>, number>> = {
  int32: 4,
  int64: 8,
  int128: 16,
  float64: 8,
  boolean: 1,
};

function fixedBuilder(layout: Exclude<Layout, 'text'>): ColumnBuilder {
  const width = WIDTHS[layout];
  const validity = validityBuilder();
  let pieces: Uint8Array[] = [];
  let loaded: Uint8Array = new Uint8Array(0);
  return {
    load(vector, rows, sizes) {
      loaded = duckdb.vector_get_data(vector, rows * width);
      validity.load(vector, rows);
      const size = layout === 'int32' ? 8 : width;
      for (let row = 0; row < rows; row++) sizes[row] = (sizes[row] ?? 0) + size;
    },
    take(from, to) {
      pieces.push(copied(loaded.subarray(from * width, to * width)));
      validity.take(from, to);
    },
    finish() {
      const bytes = joined(pieces);
      pieces = [];
      return columnOf(layout, bytes, validity.finish());
    },
  };
}

function columnOf(
  layout: Exclude<Layout, 'text'>,
  bytes: Uint8Array<ArrayBuffer>,
  valid: Uint8Array,
): BatchColumn {
  const { buffer } = bytes;
  switch (layout) {
    case 'int64':
      return { kind: 'int64', values: cleared(new BigInt64Array(buffer), valid, 0n), valid };
    case 'int32':
      return {
        kind: 'int64',
        values: cleared(BigInt64Array.from(new Int32Array(buffer), BigInt), valid, 0n),
        valid,
      };
    case 'float64':
      return { kind: 'float64', values: cleared(new Float64Array(buffer), valid, 0), valid };
    case 'boolean':
      return { kind: 'boolean', values: cleared(bytes, valid, 0), valid };
    case 'int128':
      return { kind: 'int128', ...words(new BigUint64Array(buffer), valid), valid };
  }
}

/** Puts one value where a cell is missing, for DuckDB leaves anything there. */
function cleared<A extends { readonly length: number; [row: number]: V }, V>(
  values: A,
  valid: Uint8Array,
  empty: V,
): A {
  for (let byte = 0; byte < valid.length; byte++) {
    if (valid[byte] === 0xff) continue;
    const end = Math.min(values.length, byte * 8 + 8);
    for (let row = byte * 8; row < end; row++) if (!isSet(valid, row)) values[row] = empty;
  }
  return values;
}

function words(pairs: BigUint64Array, valid: Uint8Array): { low: BigUint64Array; high: BigInt64Array } {
  const low = new BigUint64Array(pairs.length / 2);
  const high = new BigInt64Array(pairs.length / 2);
  const signed = new BigInt64Array(pairs.buffer);
  for (let row = 0; row < low.length; row++) {
    if (!isSet(valid, row)) continue;
    low[row] = pairs[2 * row] ?? 0n;
    high[row] = signed[2 * row + 1] ?? 0n;
  }
  return { low, high };
}

const STRING_BYTES = 16;
const INLINE_LENGTH = 12;
const POINTER_OFFSET = 8;

/** DuckDB's strings: a length, then the bytes themselves up to 12, or else 4 of them and a pointer. */
function textBuilder(): ColumnBuilder {
  const validity = validityBuilder();
  let loaded: Uint8Array = new Uint8Array(0);
  let lengths = new Uint32Array(0);
  let taken: Uint8Array[] = [];
  let takenLengths: number[] = [];
  return {
    load(vector, rows, sizes) {
      loaded = duckdb.vector_get_data(vector, rows * STRING_BYTES);
      validity.load(vector, rows);
      const view = new DataView(loaded.buffer, loaded.byteOffset, loaded.byteLength);
      lengths = new Uint32Array(rows);
      for (let row = 0; row < rows; row++) {
        const length = validity.isValid(row) ? view.getUint32(row * STRING_BYTES, true) : 0;
        lengths[row] = length;
        sizes[row] = (sizes[row] ?? 0) + length + 4;
      }
    },
    take(from, to) {
      let total = 0;
      for (let row = from; row < to; row++) {
        const length = lengths[row] ?? 0;
        takenLengths.push(length);
        total += length;
      }
      const bytes = new Uint8Array(total);
      copyStrings(loaded, lengths, from, to, bytes);
      taken.push(bytes);
      validity.take(from, to);
    },
    finish() {
      const offsets = new Uint32Array(takenLengths.length + 1);
      takenLengths.forEach((length, row) => {
        offsets[row + 1] = (offsets[row] ?? 0) + length;
      });
      const column: BatchColumn = { kind: 'text', offsets, bytes: joined(taken), valid: validity.finish() };
      taken = [];
      takenLengths = [];
      return column;
    },
  };
}

/** Strings this near to each other are read together; so few bytes between them can't reach into foreign memory. */
const NEAR_BYTES = 16;

/** Copies strings one behind the other, long ones in runs that lie together in DuckDB's memory. */
function copyStrings(
  strings: Uint8Array,
  lengths: Uint32Array,
  from: number,
  to: number,
  target: Uint8Array,
): void {
  const view = new DataView(strings.buffer, strings.byteOffset, strings.byteLength);
  const addressOf = (row: number) =>
    view.getUint32(row * STRING_BYTES + POINTER_OFFSET, true) +
    view.getUint32(row * STRING_BYTES + POINTER_OFFSET + 4, true) * 2 ** 32;
  let at = 0;
  let run: Uint8Array = new Uint8Array(0);
  let runStart = 0;
  for (let row = from; row < to; row++) {
    const length = lengths[row] ?? 0;
    if (length <= INLINE_LENGTH) {
      copyBytes(strings, row * STRING_BYTES + 4, length, target, at);
    } else {
      const address = addressOf(row);
      if (address < runStart || address + length > runStart + run.length) {
        run = readRun(view, row, runEnd(row) - address);
        runStart = address;
      }
      copyBytes(run, address - runStart, length, target, at);
    }
    at += length;
  }

  /** The address behind the last of the strings that lie near behind each other, from a row on. */
  function runEnd(first: number): number {
    let end = addressOf(first) + (lengths[first] ?? 0);
    for (let row = first + 1; row < to; row++) {
      const length = lengths[row] ?? 0;
      if (length <= INLINE_LENGTH) continue;
      const address = addressOf(row);
      if (address < end || address - end > NEAR_BYTES) break;
      end = address + length;
    }
    return end;
  }
}

/** Bytes of DuckDB's memory from where the pointer of a row's string points to. */
function readRun(view: DataView<ArrayBufferLike>, row: number, length: number): Uint8Array {
  const pointer = new Uint8Array(8);
  copyBytes(new Uint8Array(view.buffer, view.byteOffset), row * STRING_BYTES + POINTER_OFFSET, 8, pointer, 0);
  return duckdb.get_data_from_pointer(pointer.buffer, 0, length);
}

const SHORT_BYTES = 64;

function copyBytes(source: Uint8Array, start: number, length: number, target: Uint8Array, at: number): void {
  if (length > SHORT_BYTES) target.set(source.subarray(start, start + length), at);
  else for (let index = 0; index < length; index++) target[at + index] = source[start + index] ?? 0;
}

interface ValidityBuilder {
  load(vector: duckdb.Vector, rows: number): void;
  isValid(row: number): boolean;
  take(from: number, to: number): void;
  finish(): Uint8Array;
}

/** Bits of the rows taken; DuckDB gives none where all cells of a vector hold a value. */
function validityBuilder(): ValidityBuilder {
  let mask: Uint8Array | null = null;
  let bits = new Uint8Array(1024);
  let count = 0;

  function grow(rows: number): void {
    const needed = (count + rows + 7) >> 3;
    if (needed <= bits.length) return;
    const larger = new Uint8Array(Math.max(needed, bits.length * 2));
    larger.set(bits);
    bits = larger;
  }

  const isValid = (row: number) => mask === null || isSet(mask, row);
  return {
    load(vector, rows) {
      const found = duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8);
      mask = found && found.length > 0 ? copied(found) : null;
    },
    isValid,
    take(from, to) {
      grow(to - from);
      for (let row = from; row < to; row++, count++) {
        if (isValid(row)) bits[count >> 3] = (bits[count >> 3] ?? 0) | (1 << (count & 7));
      }
    },
    finish() {
      const valid = bits.slice(0, (count + 7) >> 3);
      bits.fill(0);
      count = 0;
      return valid;
    },
  };
}

function isSet(bits: Uint8Array, row: number): boolean {
  return (((bits[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}

/** A copy in memory of its own. DuckDB's bytes come as Buffers, whose `slice` does not copy. */
export function copied(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
