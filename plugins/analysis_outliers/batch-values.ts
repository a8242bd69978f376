import { type Batch, type BatchColumn, isValid } from '../../src/sdk/index.ts';

/** Reads a cell of a batch as a number; NaN where it is missing or not finite. */
export type Reader = (row: number) => number;

/** A reader of a column whose whole numbers are scaled by a power of ten (`scale` digits after the point). */
export function readerOf(batch: Batch, name: string, scale: number): Reader {
  const column = batch.columns[name];
  if (column === undefined) throw new RangeError(`the batch has no column "${name}"`);
  const value = cellReader(column, 10 ** scale);
  return (row) => {
    if (!isValid(column.valid, row)) return Number.NaN;
    const read = value(row);
    return Number.isFinite(read) ? read : Number.NaN;
  };
}

function cellReader(column: BatchColumn, unit: number): Reader {
  switch (column.kind) {
    case 'int64': {
      const { values } = column;
      return (row) => Number(values[row] ?? 0n) / unit;
    }
    case 'int128': {
      const { low, high } = column;
      return (row) => Number(((high[row] ?? 0n) << 64n) + (low[row] ?? 0n)) / unit;
    }
    case 'float64': {
      const { values } = column;
      return (row) => values[row] ?? 0;
    }
    default:
      throw new TypeError(`a measure can't be ${column.kind}`);
  }
}
