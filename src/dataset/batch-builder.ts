import type { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { Batch, BatchColumn } from '../sdk/index.ts';
import { type ColumnBuilder, copied, createColumnBuilder, type Layout } from './batch-columns.ts';

/** Turns DuckDB's vectors into batches of about so many bytes; a batch holds rows of one part only. */
export class BatchBuilder {
  readonly #names: readonly string[];
  readonly #batchBytes: number;
  readonly #bytesPerRow: number;
  readonly #numbers = createColumnBuilder('int64');
  readonly #columns: readonly ColumnBuilder[];
  #part = 0;
  #rows = 0;
  #bytes = 0;
  #last = 0n;

  constructor(names: readonly string[], layouts: readonly Layout[], batchBytes: number) {
    this.#names = names;
    this.#columns = layouts.map(createColumnBuilder);
    const builders = [this.#numbers, ...this.#columns];
    this.#bytesPerRow = builders.reduce((sum, { bytesPerRow }) => sum + bytesPerRow, 0);
    this.#batchBytes = batchBytes;
  }

  /** Adds the rows of one chunk of a result (part, row number, columns) and gives the batches that became full. */
  *add(chunk: DuckDBDataChunk): Generator<Batch> {
    const rows = chunk.rowCount;
    const parts = partsOf(chunk);
    const vectors = Array.from({ length: chunk.columnCount - 1 }, (_, index) => index + 1).map((index) =>
      duckdb.data_chunk_get_vector(chunk.chunk, index),
    );
    const builders = [this.#numbers, ...this.#columns];
    const sizes = new Float64Array(rows).fill(this.#bytesPerRow);
    builders.forEach((builder, index) => {
      const vector = vectors[index];
      if (vector) builder.load(vector, rows, sizes);
    });
    let from = 0;
    for (let row = 0; row < rows; row++) {
      const part = parts[row] ?? 0;
      const full = this.#bytes > 0 && this.#bytes + (sizes[row] ?? 0) > this.#batchBytes;
      if (full || part !== this.#part) {
        this.#take(from, row);
        from = row;
        yield* this.rest();
        this.#part = part;
      }
      this.#bytes += sizes[row] ?? 0;
    }
    // Asked of the chunk, so that it lives until here: its vectors are DuckDB's memory and go when it is collected.
    this.#take(from, chunk.rowCount);
  }

  /** The rows that were added and not yet given, as a last batch. */
  *rest(): Generator<Batch> {
    if (this.#rows > 0) yield this.#finish();
    this.#bytes = 0;
  }

  #take(from: number, to: number): void {
    if (to === from) return;
    for (const builder of [this.#numbers, ...this.#columns]) builder.take(from, to);
    this.#rows += to - from;
  }

  #finish(): Batch {
    const numbers = this.#numbers.finish();
    if (numbers.kind !== 'int64') throw new Error('row numbers are 64 bits wide');
    this.#checkOrder(numbers.values);
    const columns: Record<string, BatchColumn> = {};
    this.#columns.forEach((builder, index) => {
      columns[this.#names[index] ?? ''] = builder.finish();
    });
    const batch = { part: this.#part, rows: this.#rows, rowNumbers: numbers.values, columns };
    this.#rows = 0;
    return batch;
  }

  /** DuckDB keeps the order of a scan; should it ever not, that is a bug to be seen and not a result. */
  #checkOrder(numbers: BigInt64Array): void {
    const first = numbers[0] ?? 0n;
    const last = numbers[numbers.length - 1] ?? 0n;
    const key = (row: bigint) => BigInt(this.#part) * (1n << 64n) + row;
    if (key(first) <= this.#last || last - first < BigInt(numbers.length - 1)) {
      throw new Error('rows were not read in the order of the source');
    }
    this.#last = key(last);
  }
}

function partsOf(chunk: DuckDBDataChunk): Int32Array {
  const bytes = duckdb.vector_get_data(duckdb.data_chunk_get_vector(chunk.chunk, 0), chunk.rowCount * 4);
  return new Int32Array(copied(bytes).buffer);
}
