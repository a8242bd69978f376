import type { DuckDBConnection } from '@duckdb/node-api';
import { HarnessError, messageOf, type Sha256 } from '../../base/index.ts';
import type { Column, IngestOptions, IngestReport } from '../../contract/index.ts';
import { parquetAt } from '../../dataset/index.ts';
import { BEGINNING_ROWS } from '../beginning.ts';
import { PARQUET, queryTexts, quoteName, quotePath, quoteText, withDuckDb } from '../duckdb.ts';
import { type PartRequest, partIdentity, refuseOptions } from '../part-request.ts';
import { type StoredPart, storePart } from '../part-store.ts';
import { hashRows } from '../rows-hash.ts';
import { shownText } from '../shown-text.ts';
import { columnsOf, type SqlNames, sqlNames } from '../sql-names.ts';
import { numberRows } from './number-rows.ts';
import { type StoredColumn, storedColumns } from './stored-columns.ts';

/** Goes up with every change in what is read from the same bytes: it is in the id of each part. */
export const PARQUET_READER_VERSION = 'parquet.1';

const OPTIONS: IngestOptions = { format: 'parquet', delimiter: null, quote: null, header: 'yes', types: {} };

/**
 * Makes a part of a Parquet file: its columns with their own types, or as text where the program has no such type; its
 * rows in their order. Throws `SH_INPUT_MALFORMED` for a damaged file.
 */
export async function ingestParquet(request: PartRequest): Promise<StoredPart> {
  refuseForcedTypes(request.options);
  refuseOptions(request, 'a Parquet file', ['sheet', 'table']);
  const identity = partIdentity(request, OPTIONS, PARQUET_READER_VERSION);
  return storePart(request.paths, identity, async (work, parquetPath) => {
    const path = await request.openTable(work);
    return withDuckDb(request.resources, async (connection) => {
      const stored = await reading(path, request, () => storedColumns(connection, path));
      const headers = stored.map(({ name }) => name);
      const names = sqlNames(headers);
      const columns = columnsOf(
        headers,
        names,
        stored.map(({ type }) => type),
      );
      await reading(path, request, () =>
        connection.run(copyStatement(path, request, stored, columns, parquetPath)),
      );
      await numberRows(parquetPath);
      const written = await countWritten(connection, path, request, columns, parquetPath);
      request.onProgress?.(request.upload.bytes, written.rows);
      const report = reportOf(request, stored, columns, names, written);
      return { sourceLines: { kind: 'none' }, rowsSha256: written.rowsSha256, report };
    });
  });
}

function refuseForcedTypes(options: IngestOptions): void {
  const [column] = Object.keys(options.types);
  if (column === undefined) return;
  const problems = `${column}: a Parquet file has its own types; they can't be forced`;
  throw new HarnessError('SH_CONFIG_INVALID', { source: 'ingest.types', problems });
}

/** Turns what DuckDB says against the file into the operator's error; full disks and memory stay what they are. */
async function reading<T>(path: string, request: PartRequest, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = messageOf(error);
    if (error instanceof HarnessError || /No space left|Disk quota|Out of Memory/i.test(message)) throw error;
    const reason = (message.split('\n')[0] ?? '').replaceAll(path, 'the file');
    throw new HarnessError(
      'SH_INPUT_MALFORMED',
      { path: request.shownPath, format: 'Parquet', reason },
      { cause: error },
    );
  }
}

function copyStatement(
  path: string,
  { onCut }: PartRequest,
  stored: readonly StoredColumn[],
  columns: readonly Column[],
  target: string,
): string {
  const raws = stored.map((_, i) => `c${i}`);
  const items = columns.flatMap((column, i) => {
    const value = stored[i]?.sql(`c${i}`) ?? `c${i}`;
    const item = `${value} AS ${quoteName(column.sql_name)}`;
    if (column.type.kind !== 'timestamptz') return [item];
    return [item, `CAST(NULL AS SMALLINT) AS ${quoteName(`_sh_offset_${column.sql_name}`)}`];
  });
  return (
    `COPY (SELECT ${items.join(', ')} FROM (SELECT * FROM ${parquetAt(path)}${onCut ? ` LIMIT ${BEGINNING_ROWS}` : ''}) ` +
    `AS source(${raws.join(', ')})) ` +
    `TO ${quoteText(target)} (${PARQUET})`
  );
}

interface Written {
  readonly rows: number;
  readonly values: readonly number[];
  readonly rowsSha256: Sha256;
}

/**
 * Counts and hashes what was written, and compares it with what the source says of itself: how many rows, and that each is
 * read under the number of its place. Their order is not seen here: the statement that writes them asks for it.
 */
async function countWritten(
  connection: DuckDBConnection,
  path: string,
  request: PartRequest,
  columns: readonly Column[],
  target: string,
): Promise<Written> {
  const counts = columns.map(({ sql_name }) => `count(${quoteName(sql_name)})`);
  const out = 'count(*) FILTER (row_number <> file_row_number + 1)';
  const { sha256, found } = await hashRows(connection, target, ['count(*)', out, ...counts]);
  const [[announced] = []] = await queryTexts(
    connection,
    `SELECT sum(num_rows) FROM parquet_file_metadata(${quotePath(path)})`,
  );
  const [rows = 0, misplaced = 0, ...values] = found.map(Number);
  const isCut = request.onCut !== undefined && Number(announced) > BEGINNING_ROWS;
  if (isCut) request.onCut?.({ ofRows: Number(announced) });
  if ((!isCut && String(rows) !== announced) || misplaced !== 0) {
    throw new Error(
      `${announced} rows announced, ${rows} written, ${misplaced} of them under other numbers than their place`,
    );
  }
  if (rows === 0)
    throw new HarnessError('SH_INPUT_NO_ROWS', { path: request.shownPath, columns: columns.length });
  return { rows, values, rowsSha256: sha256 };
}

function reportOf(
  request: PartRequest,
  stored: readonly StoredColumn[],
  columns: readonly Column[],
  names: SqlNames,
  counts: Written,
): IngestReport {
  const notes = stored.flatMap(({ name, note }) => (note === undefined ? [] : [`column "${name}": ${note}`]));
  const { notes: packingNotes, ...packedIn } = request.packedIn();
  return {
    schema_version: 'ingest_report.v1',
    upload_sha256: request.upload.sha256,
    bytes: request.upload.bytes,
    format: 'parquet',
    ...packedIn,
    dialect: null,
    row_count: counts.rows,
    rejected_rows: 0,
    columns: columns.map((column, i) => ({
      ...column,
      why: `stored as ${shownText(stored[i]?.storedAs ?? '', 200)} in the file`,
      missing: counts.rows - (counts.values[i] ?? 0),
      markers: [],
      offsets: [],
      rejected: [],
      rejected_count: 0,
    })),
    notes: [...packingNotes, ...names.notes, ...notes],
  };
}
