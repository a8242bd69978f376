import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HarnessError, type Sha256 } from '../../base/index.ts';
import type { IngestOptions, IngestReport } from '../../contract/index.ts';
import { withDuckDb } from '../duckdb.ts';
import { dateOrderOf, type PartRequest, partIdentity, refuseOptions } from '../part-request.ts';
import { REJECTS, type StoredPart, storePart, type WrittenPart } from '../part-store.ts';
import { type OpenRejects, openRejects, type Rejects, rejectedFacts, writeRejects } from '../rejects.ts';
import { seenColumns } from '../seen-so-far.ts';
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
import { headersOf, type ResolvedDialect, resolveDialect } from './dialect.ts';
import { rewriteCsv } from './rewrite.ts';
import { planOf, type Scan, type ScanPlan } from './scan.ts';
import { scanInRanges } from './scan-in-ranges.ts';
import { compareWithTally, writeCsvPart } from './write-csv-part.ts';

/** Goes up with every change in what is read from the same bytes: it is in the id of each part. */
export const CSV_READER_VERSION = 'csv.2';

/**
 * Makes a part of a CSV file: one pass over all bytes, in several threads, settles the types and counts everything,
 * DuckDB's reader, told every detail, writes the Parquet file, and what it wrote is compared with the counts.
 */
export async function ingestCsv(request: PartRequest): Promise<StoredPart> {
  refuseOptions(request, 'a CSV file', ['sheet', 'table']);
  const dialect = resolveDialect(request.head, request.options);
  const headers = headersOf(dialect);
  const forced = parseForcedTypes(request.options.types);
  refuseUnknownColumns(headers, forced);
  const options = { ...resolvedOptions(dialect, forced), ...dateOrderOf(request.options) };
  const identity = partIdentity(request, options, CSV_READER_VERSION);
  return storePart(request.paths, identity, async (work, parquetPath) => {
    const path = await request.openTable(work);
    const { size } = await stat(path);
    const plan = scanPlan(request, { path, bytes: size }, dialect, headers, forced);
    const { scan, rejects } = await scanWithRejects(join(work, 'rejects.csv'), (onRagged) =>
      scanInRanges({ ...plan, onRagged }, size, request.resources.threads),
    );
    if (scan.rows === 0) {
      throw new HarnessError('SH_INPUT_NO_ROWS', { path: request.shownPath, columns: headers.length });
    }
    const how = { delimiter: dialect.delimiter, dateOrder: request.options.date_order };
    const typed = typeColumns(headers, plan.forced, scan, how);
    refuseTypesThatFitNothing(request.shownPath, typed, scan);
    const numbered = mustBeRewritten(scan);
    const writing = { request, plan, scan, rejects, dialect, typed, numbered, work, parquetPath };
    const rowsSha256 = await write(writing);
    const sourceLines: WrittenPart['sourceLines'] = numbered
      ? { kind: 'column' }
      : { kind: 'offset', offset: scan.lineOffset ?? 0 };
    return { sourceLines, rowsSha256, report: reportOf(request, dialect, scan, rejects, typed) };
  });
}

async function scanWithRejects(
  path: string,
  scanWith: (onRagged: OpenRejects['add']) => Promise<Scan>,
): Promise<{ readonly scan: Scan; readonly rejects: Rejects }> {
  const rejects = openRejects(path);
  try {
    const scan = await scanWith(rejects.add);
    return { scan, rejects: rejects.finish() };
  } finally {
    rejects.close();
  }
}

interface Writing {
  readonly request: PartRequest;
  readonly plan: ScanPlan;
  readonly scan: Scan;
  readonly rejects: Rejects;
  readonly dialect: ResolvedDialect;
  readonly typed: TypedColumns;
  readonly numbered: boolean;
  readonly work: string;
  readonly parquetPath: string;
}

/** Writes the Parquet file, compares it with the scan, and returns the hash of its rows. */
async function write(writing: Writing): Promise<Sha256> {
  const { request, plan, scan, rejects, dialect, typed, numbered, parquetPath } = writing;
  let path = plan.path;
  if (numbered) {
    path = join(writing.work, 'rewritten.csv');
    const { onProgress: _progressIsTheScans, ...quietPlan } = plan;
    await rewriteCsv({ ...quietPlan, onRagged: () => undefined }, path);
  }
  const { delimiter, quote } = dialect;
  const header = dialect.header && !numbered;
  const source = { paths: [path], delimiter, quote, header, numbered, longestRecord: scan.longestRecord * 2 };
  return withDuckDb(request.resources, async (connection) => {
    await writeCsvPart(connection, source, typed.columns, readingsOf(typed, scan), parquetPath);
    if (rejects.count > 0) await writeRejects(connection, rejects, join(dirname(parquetPath), REJECTS));
    return compareWithTally(connection, parquetPath, typed.columns, scan, rejects.count);
  });
}

/** Where lines and records don't run in step, or DuckDB's reader would have to guess. */
function mustBeRewritten(scan: Scan): boolean {
  const endings = [scan.endings.lf, scan.endings.crlf, scan.endings.cr].filter((count) => count > 0);
  return (
    scan.ragged > 0 ||
    scan.lineOffset === undefined ||
    !scan.oneLineEach ||
    scan.looseQuotes > 0 ||
    scan.blankLines > 0 ||
    scan.endings.cr > 0 ||
    endings.length > 1 ||
    scan.rejected.some(({ count }) => count > 0)
  );
}

function scanPlan(
  request: PartRequest,
  { path, bytes: ofBytes }: { readonly path: string; readonly bytes: number },
  dialect: ResolvedDialect,
  headers: readonly string[],
  types: ReadonlyMap<string, ForcedType>,
): ScanPlan {
  const forced = headers.map((header) => types.get(header));
  const { onSeen } = request;
  const onTallied: ScanPlan['onTallied'] = (tallied, bytes) => {
    const how = { delimiter: dialect.delimiter, dateOrder: request.options.date_order };
    const columns = seenColumns(typeColumns(headers, forced, tallied, how), tallied);
    onSeen?.({ rows: tallied.rows, bytes, ofBytes, columns });
  };
  return {
    ...planOf({ path, shownPath: request.shownPath }, dialect, forced),
    ...(request.onProgress === undefined ? {} : { onProgress: request.onProgress }),
    ...(onSeen && { onTallied }),
  };
}

function resolvedOptions(dialect: ResolvedDialect, forced: ReadonlyMap<string, ForcedType>): IngestOptions {
  return {
    format: 'csv',
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    header: dialect.header ? 'yes' : 'no',
    types: forcedTypeTexts(forced),
  };
}

function reportOf(
  request: PartRequest,
  dialect: ResolvedDialect,
  scan: Scan,
  rejects: Rejects,
  typed: TypedColumns,
): IngestReport {
  const { delimiter, quote, header } = dialect;
  const written = { line_ending: lineEnding(scan), byte_order_mark: scan.byteOrderMark };
  const own = {
    format: 'csv',
    dialect: { delimiter, quote, header, ...written },
    row_count: scan.rows,
    ...rejectedFacts(rejects),
  } as const;
  return typedReport(request, typed, scan, own, fileNotes(dialect, scan, rejects));
}

function lineEnding(scan: Scan): 'lf' | 'crlf' | 'cr' | 'mixed' {
  const met = (['lf', 'crlf', 'cr'] as const).filter((kind) => scan.endings[kind] > 0);
  return met.length > 1 ? 'mixed' : (met[0] ?? 'lf');
}

function fileNotes(dialect: ResolvedDialect, scan: Scan, { count, first }: Rejects): string[] {
  const notes: string[] = [];
  const [example] = first;
  if (example !== undefined) {
    const records = count === 1 ? '1 record has' : `${count} records have`;
    notes.push(
      `${records} another number of cells than the header, and ${count === 1 ? 'is' : 'are'} kept apart (the first: line ` +
        `${example.source_line}, ${example.reason}: ${example.text})`,
    );
  }
  if (dialect.doubt !== undefined) notes.push(dialect.doubt);
  if (!dialect.header) {
    notes.push('the first line is data, not a header: the columns are called C1, C2 and so on');
  }
  if (scan.blankLines > 0) notes.push(`${scan.blankLines} blank lines were skipped`);
  if (scan.looseQuotes > 0) {
    notes.push(`${scan.looseQuotes} quotes stand inside cells that are not quoted; they are kept as written`);
  }
  if (lineEnding(scan) === 'mixed') notes.push('lines end in different ways (LF, CRLF, CR)');
  return notes;
}
