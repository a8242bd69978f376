import type { Cell, Column, DatasetSchema } from '../../contract/index.ts';
import { familyOf, instant } from './families.ts';
import { type Piece, quoted, type Source } from './sql.ts';

/** Rows that are looked at cell by cell, at most about so many. */
export const SAMPLE_ROWS = 5000;
const SAMPLE_CHARACTERS = 200;
const MOST_COLUMNS_PER_QUERY = 40;

/** One row in so many, a power of two, so that no more than `most` are left: what is left at 8 is left at 4, too. */
export function oneIn(rows: number, most: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(rows / most)));
}

/** A number of each row that neither the values nor any order decide, for drawing rows. */
export function drawn(rowNumber = 'row_number'): string {
  return `hash(CAST(${rowNumber} AS BIGINT))`;
}

/**
 * By column, the cells of the sampled rows as text; instants as microseconds since 1970. Each piece is sampled as if it
 * were alone, and of that the whole table takes what it needs: so what was read of a piece once need not be read again.
 */
export async function readSample(source: Source, schema: DatasetSchema, rowCount: number): Promise<Cell[][]> {
  const sample: Cell[][] = [];
  const wanted = oneIn(rowCount, SAMPLE_ROWS);
  for (let i = 0; i < schema.columns.length; i += MOST_COLUMNS_PER_QUERY) {
    const columns = schema.columns.slice(i, i + MOST_COLUMNS_PER_QUERY);
    const rows: Row[] = [];
    for (const piece of source.pieces) {
      const own = await sampleOf(source, piece, columns);
      rows.push(...own.filter(([number]) => BigInt(number ?? 0) % BigInt(wanted) === 0n));
    }
    sample.push(...columns.map((_, c) => rows.map((row) => row[c + 1] ?? null)));
  }
  return sample;
}

type Row = readonly (string | null)[];

/** The sampled rows of a piece, the number that they were drawn by before their cells. */
async function sampleOf({ run }: Source, piece: Piece, columns: readonly Column[]): Promise<readonly Row[]> {
  const number = drawn(`row_number - ${piece.before}`);
  const outputs = [`CAST(${number} AS VARCHAR)`, ...columns.map((column) => asText(column))];
  const condition = `${number} % ${oneIn(piece.rows, SAMPLE_ROWS)} = 0`;
  const question = `${outputs.join(',\n  ')}\nWHERE ${condition}`;
  const known = piece.known.get(question);
  if (known != null) return JSON.parse(known) as Row[];
  const rows = await run(
    `SELECT ${outputs.join(',\n  ')}\nFROM ${piece.relation}\nWHERE ${condition}\nORDER BY row_number`,
  );
  piece.known.put(question, JSON.stringify(rows));
  return rows;
}

function asText(column: Column): string {
  const name = quoted(column.sql_name);
  if (familyOf(column) === 'instant') {
    return `CAST(CASE WHEN isfinite(${name}) THEN epoch_us(${instant(name)}) END AS VARCHAR)`;
  }
  return column.type.kind === 'text' ? `left(${name}, ${SAMPLE_CHARACTERS})` : `CAST(${name} AS VARCHAR)`;
}
