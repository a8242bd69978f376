import type { DuckDBConnection } from '@duckdb/node-api';
import type { Sha256 } from '../../base/index.ts';
import type { Column } from '../../contract/index.ts';
import { PARQUET, quoteName, quotePaths, quoteText } from '../duckdb.ts';
import { numberRows } from '../parquet/number-rows.ts';
import { hashRows } from '../rows-hash.ts';
import { type ColumnReading, selectItems } from '../typing/read-expression.ts';
import type { Tallied } from '../typing/tallied.ts';
import { valuesOf } from '../typing/typed-columns.ts';

/** CSV in front of DuckDB's reader, with nothing left to its sniffing. */
export interface CsvSource {
  /** Files with one behind the other's rows. */
  readonly paths: readonly string[];
  readonly delimiter: string;
  readonly quote: string;
  readonly header: boolean;
  /** The first two columns are row number and physical line (a rewritten file). */
  readonly numbered: boolean;
  /** Rows may end early: what is left out is missing. */
  readonly padded?: boolean;
  readonly longestRecord: number;
}

const SHORTEST_LIMIT = 2 << 20;
const SMALLEST_BUFFER = 32 << 20;

/** Reads CSV files into a Parquet file with `row_number` and the typed columns. */
export async function writeCsvPart(
  connection: DuckDBConnection,
  source: CsvSource,
  columns: readonly Column[],
  readings: readonly ColumnReading[],
  target: string,
): Promise<void> {
  const items = readings.flatMap((reading, i) => selectItems(reading, columns[i]?.sql_name ?? reading.raw));
  const texts = readings.map(({ raw, present }) => (raw === present ? raw : `${present} AS ${raw}`));
  const [numbers, inner] = source.numbered
    ? [
        ['r AS row_number', 'l AS _sh_source_line'],
        ['r', 'l', ...texts],
      ]
    : [[], texts];
  const rows = `(SELECT ${inner.join(', ')} FROM ${reader(source, readings)})`;
  const select = `SELECT ${[...numbers, ...items].join(', ')} FROM ${rows}`;
  await connection.run(`COPY (${select}) TO ${quoteText(target)} (${PARQUET})`);
  if (!source.numbered) await numberRows(target);
}

function reader(source: CsvSource, readings: readonly ColumnReading[]): string {
  const numbers = source.numbered ? [`'r': 'BIGINT'`, `'l': 'BIGINT'`] : [];
  const types = readings.map(({ raw, readAs }) => `'${raw}': '${readAs}'`);
  const quote = quoteText(source.quote);
  // Left to itself, DuckDB takes the line ending from the first CRLF it meets, be it inside a quoted cell.
  const lineEnd = source.numbered ? `new_line = '\\n', ` : '';
  return (
    `read_csv(${quotePaths(source.paths)}, auto_detect = false, hive_partitioning = false, header = ${source.header}, ` +
    `delim = ${quoteText(source.delimiter)}, quote = ${quote}, escape = ${quote}, comment = '', ${lineEnd}nullstr = '', ` +
    `allow_quoted_nulls = false, strict_mode = true, null_padding = ${source.padded === true}, ignore_errors = false, ` +
    `parallel = ${!source.numbered}, ${roomFor(source.longestRecord)}, ` +
    `columns = {${[...numbers, ...types].join(', ')}})`
  );
}

/** Options of DuckDB's CSV reader for records of up to so many bytes: left alone, it takes sixteen times as much memory. */
export function roomFor(longestRecord: number): string {
  const longest = Math.max(SHORTEST_LIMIT, longestRecord + 1024);
  return `max_line_size = ${longest}, buffer_size = ${Math.max(SMALLEST_BUFFER, longest)}`;
}

/**
 * Compares a Parquet file with what was counted beforehand: rows, their numbers by place (rejected records leave gaps),
 * values per column, bytes per text column. A difference means that the two readers disagree, which is a bug: plain
 * `Error`. Of rows whose numbers come from the reader this sees the order; of those that are numbered by place it does not,
 * the statement that writes them asks for it. Returns the hash of the rows, made in the same pass.
 */
export async function compareWithTally(
  connection: DuckDBConnection,
  parquetPath: string,
  columns: readonly Column[],
  tallied: Omit<Tallied, 'rejected'>,
  rejectedRows = 0,
): Promise<Sha256> {
  const expected: (readonly [string, number])[] = [
    ['rows', tallied.rows],
    ['rows away from their numbers', 0],
  ];
  const place = 'row_number - file_row_number - 1';
  const counts = ['count(*)', `count(*) FILTER (${place} NOT BETWEEN 0 AND ${rejectedRows})`];
  columns.forEach((column, i) => {
    const tally = tallied.columns[i];
    if (tally === undefined) return;
    const name = quoteName(column.sql_name);
    counts.push(`count(${name})`);
    expected.push([`values of "${column.name}"`, valuesOf(column, tally)]);
    if (column.type.kind !== 'text') return;
    counts.push(`coalesce(sum(strlen(${name})), 0)`);
    expected.push([`bytes of "${column.name}"`, tally.textBytes]);
  });
  const { sha256, found } = await hashRows(connection, parquetPath, counts);
  expected.forEach(([what, count], i) => {
    if (found[i] !== String(count)) {
      throw new Error(`two readings of one file differ: ${what}: ${count} counted, ${found[i]} written`);
    }
  });
  return sha256;
}
