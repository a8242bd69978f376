import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { HarnessError, type Sha256 } from '../../base/index.ts';
import type { IngestReport } from '../../contract/index.ts';
import { BEGINNING_ROWS, EnoughRows } from '../beginning.ts';
import { compareWithTally, writeCsvPart } from '../csv/write-csv-part.ts';
import { withDuckDb } from '../duckdb.ts';
import { FORMAT_NAMES } from '../file-format.ts';
import { dateOrderOf, type PartRequest, partIdentity } from '../part-request.ts';
import { REJECTS, type StoredPart, storePart } from '../part-store.ts';
import { rejectedFacts, writeRejects } from '../rejects.ts';
import { typedReport } from '../typed-report.ts';
import type { ForcedType } from '../typing/forced-type.ts';
import {
  forcedTypeTexts,
  parseForcedTypes,
  readingsOf,
  refuseTypesThatFitNothing,
  refuseUnknownColumns,
  type TypedColumns,
  typeColumns,
} from '../typing/typed-columns.ts';
import type { TextTableFacts, TextTableReader } from './text-table-reader.ts';
import { openTextTable, type WrittenTextTable } from './write-text-table.ts';

const DELIMITER = ',';
/** Of a table whose end was not reached nothing is known but its rows. */
const CUT_OFF: TextTableFacts = { notes: () => [] };

/**
 * Makes a part of a file that is not delimited text: its reader's rows are written as a plain table of texts and
 * tallied meanwhile, types are decided on all of them, DuckDB writes the Parquet file, and what it wrote is compared
 * with the tally.
 */
export async function ingestTextTable(request: PartRequest, reader: TextTableReader): Promise<StoredPart> {
  const forced = parseForcedTypes(request.options.types);
  const options = { ...reader.options, types: forcedTypeTexts(forced), ...dateOrderOf(request.options) };
  const identity = partIdentity(request, options, reader.version);
  return storePart(request.paths, identity, async (work, parquetPath) => {
    const files = { table: join(work, 'table.csv'), rejects: join(work, 'rejects.csv') };
    const { table, facts } = await readTable(request, reader, work, files, forced);
    refuseUnknownColumns(table.headers, forced);
    refuseEmpty(request.shownPath, reader, table);
    const typed = typeColumns(table.headers, table.forced, table, {
      delimiter: DELIMITER,
      dateOrder: request.options.date_order,
    });
    refuseTypesThatFitNothing(request.shownPath, typed, table);
    // The table is one stream: a second thread only doubles the row groups that are held in memory.
    const rowsSha256 = await withDuckDb({ ...request.resources, threads: 1 }, async (connection) => {
      if (table.rejects.count > 0)
        await writeRejects(connection, table.rejects, join(dirname(parquetPath), REJECTS));
      return writeTable(connection, table, typed, parquetPath);
    });
    const report = reportOf(request, reader, table, typed, facts);
    return { sourceLines: { kind: 'column' }, rowsSha256, report };
  });
}

function refuseEmpty(path: string, reader: TextTableReader, table: WrittenTextTable): void {
  const columns = table.headers.length;
  if (columns === 0) {
    const reason = 'no record in it holds a value';
    throw new HarnessError('SH_INPUT_MALFORMED', { path, format: FORMAT_NAMES[reader.format], reason });
  }
  if (table.rows === 0) throw new HarnessError('SH_INPUT_NO_ROWS', { path, columns });
}

async function readTable(
  request: PartRequest,
  reader: TextTableReader,
  work: string,
  files: { readonly table: string; readonly rejects: string },
  forced: ReadonlyMap<string, ForcedType>,
): Promise<{ readonly table: WrittenTextTable; readonly facts: TextTableFacts }> {
  const path = await request.openTable(work);
  const table = openTextTable(files.table, files.rejects, forced);
  try {
    let rows = 0;
    let bytes = 0;
    const counting = {
      ...table,
      addRow(cells: readonly (string | null | undefined)[], sourceLine: number) {
        if (request.onCut !== undefined && rows === BEGINNING_ROWS) throw new EnoughRows();
        rows++;
        table.addRow(cells, sourceLine);
      },
    };
    const onBytes = (more: number): void => {
      bytes += more;
      request.onProgress?.(more, rows);
    };
    const facts = await reader.read(path, counting, onBytes).catch((error: unknown) => {
      if (!(error instanceof EnoughRows)) throw error;
      // What a workbook unpacks to is not told in bytes of the file.
      request.onCut?.(reader.format === 'xlsx' ? {} : { bytes });
      return CUT_OFF;
    });
    return { table: table.finish(), facts };
  } finally {
    table.close();
  }
}

async function writeTable(
  connection: DuckDBConnection,
  table: WrittenTextTable,
  typed: TypedColumns,
  parquetPath: string,
): Promise<Sha256> {
  const { paths, longestRecord } = table;
  const dialect = { delimiter: DELIMITER, quote: '"', header: false, numbered: true, padded: true };
  const source = { paths, ...dialect, longestRecord };
  await writeCsvPart(connection, source, typed.columns, readingsOf(typed, table), parquetPath);
  return compareWithTally(connection, parquetPath, typed.columns, table, table.rejects.count);
}

function reportOf(
  request: PartRequest,
  reader: TextTableReader,
  table: WrittenTextTable,
  typed: TypedColumns,
  facts: TextTableFacts,
): IngestReport {
  const own = {
    format: reader.format,
    ...(facts.tables && { tables: facts.tables }),
    dialect: null,
    row_count: table.rows,
    ...rejectedFacts(table.rejects),
  };
  return typedReport(request, typed, table, own, [...facts.notes(typed.columns), ...table.notes]);
}
