import duckdb from '@duckdb/node-bindings';
import type { BatchColumn } from '../sdk/index.ts';

/** What a column of a batch is read from: a DuckDB vector of one of these layouts. */
export type Layout = 'int32' | 'int64' | 'int128' | 'float64' | 'boolean' | 'text';

/** Collects one column of a batch out of DuckDB's vectors. */
export interface ColumnBuilder {
  /** What each row needs at least. */
  readonly bytesPerRow: number;
  /** Looks at a vector and adds what each row needs beyond that, in bytes, to `sizes`. */
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
  let bytes = new Uint8Array(0);
  let used = 0;
  let loaded: Uint8Array = new Uint8Array(0);

  function grow(needed: number): void {
    if (needed <= bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * bytes.length));
    larger.set(bytes.subarray(0, used));
    bytes = larger;
  }

  return {
    bytesPerRow: layout === 'int32' ? 8 : width,
    load(vector, rows) {
      loaded = duckdb.vector_get_data(vector, rows * width);
      validity.load(vector, rows);
    },
    take(from, to) {
      grow(used + (to - from) * width);
      bytes.set(loaded.subarray(from * width, to * width), used);
      used += (to - from) * width;
      validity.take(from, to);
    },
    finish() {
      const column = columnOf(layout, bytes.buffer, used / width, validity.finish());
      // the next batch is about as large: memory that is neither copied nor grown leaves little to collect
      bytes = new Uint8Array(used);
      used = 0;
      return column;
    },
  };
}

function columnOf(
  layout: Exclude<Layout, 'text'>,
  buffer: ArrayBuffer,
  rows: number,
  valid: Uint8Array,
): BatchColumn {
  switch (layout) {
    case 'int64':
      return { kind: 'int64', values: cleared(new BigInt64Array(buffer, 0, rows), valid, 0n), valid };
    case 'int32': {
      const values = BigInt64Array.from(new Int32Array(buffer, 0, rows), BigInt);
      return { kind: 'int64', values: cleared(values, valid, 0n), valid };
    }
    case 'float64':
      return { kind: 'float64', values: cleared(new Float64Array(buffer, 0, rows), valid, 0), valid };
    case 'boolean':
      return { kind: 'boolean', values: cleared(new Uint8Array(buffer, 0, rows), valid, 0), valid };
    case 'int128':
      return { kind: 'int128', ...words(new BigUint64Array(buffer, 0, 2 * rows), valid), valid };
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
  const signed = new BigInt64Array(pairs.buffer, pairs.byteOffset, pairs.length);
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
    bytesPerRow: 4,
    load(vector, rows, sizes) {
      loaded = duckdb.vector_get_data(vector, rows * STRING_BYTES);
      validity.load(vector, rows);
      const view = new DataView(loaded.buffer, loaded.byteOffset, loaded.byteLength);
      lengths = new Uint32Array(rows);
      for (let row = 0; row < rows; row++) {
        const length = validity.isValid(row) ? view.getUint32(row * STRING_BYTES, true) : 0;
        lengths[row] = length;
        sizes[row] = (sizes[row] ?? 0) + length;
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
      if (mask === null) setBits(bits, count, count + to - from);
      else copyBits(mask, from, to, bits, count);
      count += to - from;
    },
    finish() {
      const valid = bits.slice(0, (count + 7) >> 3);
      bits.fill(0);
      count = 0;
      return valid;
    },
  };
}

/** Sets the bits `from` to `to` (excluded). */
function setBits(bits: Uint8Array, from: number, to: number): void {
  const [first, last] = [Math.min(to, (from + 7) & ~7), Math.max(from, to & ~7)];
  for (let bit = from; bit < first; bit++) bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
  if (first < last) bits.fill(0xff, first >> 3, last >> 3);
  for (let bit = Math.max(first, last); bit < to; bit++)
    bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
}

/** Sets the bits at `at` and behind that are set in `source` from `from` to `to` (excluded). */
function copyBits(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): void {
  for (let bit = from, into = at; bit < to; bit++, into++) {
    if (isSet(source, bit)) target[into >> 3] = (target[into >> 3] ?? 0) | (1 << (into & 7));
  }
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
