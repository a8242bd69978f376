import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column } from '../../contract/index.ts';
import { queryTexts, quoteName, quotePath, quoteText } from '../duckdb.ts';
import type { ColumnTally } from './column-tally.ts';
import { type ColumnReading, selectItems } from './read-expression.ts';

/** A CSV file in front of DuckDB's reader, with nothing left to its sniffing. */
export interface CsvSource {
  readonly path: string;
  readonly delimiter: string;
  readonly quote: string;
  readonly header: boolean;
  /** The first two columns are row number and physical line (a rewritten file). */
  readonly numbered: boolean;
  readonly longestRecord: number;
}

const SHORTEST_LIMIT = 2 << 20;

/** Reads a CSV file into a Parquet file with `row_number` and the typed columns. */
export async function writeCsvPart(
  connection: DuckDBConnection,
  source: CsvSource,
  columns: readonly Column[],
  readings: readonly ColumnReading[],
  target: string,
): Promise<void> {
  const numbers = source.numbered
    ? ['r AS row_number', 'l AS _sh_source_line']
    : ['row_number() OVER () AS row_number'];
  const items = readings.flatMap((reading, i) => selectItems(reading, columns[i]?.sql_name ?? reading.raw));
  const texts = readings.map(({ raw, present }) => (raw === present ? raw : `${present} AS ${raw}`));
  const inner = [...(source.numbered ? ['r', 'l'] : []), ...texts].join(', ');
  const select = `SELECT ${[...numbers, ...items].join(', ')} FROM (SELECT ${inner} FROM ${reader(source, readings)})`;
  await connection.run(`COPY (${select}) TO ${quoteText(target)} (FORMAT parquet, COMPRESSION zstd)`);
}

function reader(source: CsvSource, readings: readonly ColumnReading[]): string {
  const numbers = source.numbered ? [`'r': 'BIGINT'`, `'l': 'BIGINT'`] : [];
  const types = readings.map(({ raw, readAs }) => `'${raw}': '${readAs}'`);
  const quote = quoteText(source.quote);
  // Left to itself, DuckDB takes the line ending from the first CRLF it meets, be it inside a quoted cell.
  const lineEnd = source.numbered ? `new_line = '\\n', ` : '';
  return (
    `read_csv(${quotePath(source.path)}, auto_detect = false, header = ${source.header}, ` +
    `delim = ${quoteText(source.delimiter)}, quote = ${quote}, escape = ${quote}, comment = '', ${lineEnd}nullstr = '', ` +
    `allow_quoted_nulls = false, strict_mode = true, null_padding = false, ignore_errors = false, ` +
    `parallel = ${!source.numbered}, max_line_size = ${Math.max(SHORTEST_LIMIT, source.longestRecord + 1024)}, ` +
    `columns = {${[...numbers, ...types].join(', ')}})`
  );
}

/**
 * Compares a Parquet file with what the scan counted on its own: rows, their numbers in file order, values per
 * column, bytes per text column. A difference means that the two readers disagree, which is a bug: plain `Error`.
 */
export async function compareWithScan(
  connection: DuckDBConnection,
  parquetPath: string,
  columns: readonly Column[],
  scan: { readonly rows: number; readonly columns: readonly ColumnTally[] },
): Promise<void> {
  const expected: (readonly [string, number])[] = [
    ['rows', scan.rows],
    ['rows out of order', 0],
  ];
  const counts = ['count(*)', 'count(*) FILTER (row_number <> file_row_number + 1)'];
  columns.forEach((column, i) => {
    const tally = scan.columns[i];
    if (tally === undefined) return;
    const name = quoteName(column.sql_name);
    counts.push(`count(${name})`);
    expected.push([`values of "${column.name}"`, valuesOf(column, tally)]);
    if (column.type.kind !== 'text') return;
    counts.push(`coalesce(sum(strlen(${name})), 0)`);
    expected.push([`bytes of "${column.name}"`, tally.textBytes]);
  });
  const sql = `SELECT ${counts.join(', ')} FROM read_parquet(${quotePath(parquetPath)}, file_row_number = true)`;
  const [found = []] = await queryTexts(connection, sql);
  expected.forEach(([what, count], i) => {
    if (found[i] !== String(count)) {
      throw new Error(`two readings of one file differ: ${what}: ${count} scanned, ${found[i]} written`);
    }
  });
}

/** Cells of a column that are not missing, by the scan. */
export function valuesOf(column: Column, tally: ColumnTally): number {
  if (column.type.kind !== 'text') return tally.values;
  let markers = 0;
  for (const count of tally.markers.values()) markers += count;
  return tally.values + tally.quotedEmpty + markers;
}
