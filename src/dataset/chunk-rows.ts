import type { Column } from '../contract/index.ts';

const CHUNK_BYTES = 64 * 1024 * 1024;
const FIXED_WIDTH = 8;
const DECIMAL_WIDTH = 16;
const TEXT_WIDTH = 32;
const ROW_NUMBER_WIDTH = 8;

/**
 * Rows per chunk of a part with these columns: the largest power of two whose rows, by a fixed table of widths,
 * stay within 64 MiB (at least 1). It depends on nothing else, so every machine cuts a part in the same places.
 */
export function chunkRowsFor(columns: readonly Column[]): number {
  const width = columns.reduce((sum, column) => sum + widthOf(column), ROW_NUMBER_WIDTH);
  return 2 ** Math.floor(Math.log2(Math.max(1, CHUNK_BYTES / width)));
}

/** Bytes that a cell of a column counts for: 8 for fixed types, 16 for decimals, 32 for text. */
export function widthOf(column: Column): number {
  switch (column.type.kind) {
    case 'decimal':
      return DECIMAL_WIDTH;
    case 'text':
      return TEXT_WIDTH;
    default:
      return FIXED_WIDTH;
  }
}
