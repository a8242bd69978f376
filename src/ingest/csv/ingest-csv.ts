import { join } from 'node:path';
import { HarnessError, nearest } from '../../base/index.ts';
import type { Column, IngestColumn, IngestOptions, IngestReport } from '../../contract/index.ts';
import { withDuckDb } from '../duckdb.ts';
import type { PartRequest } from '../part-request.ts';
import { type StoredPart, storePart, type WrittenPart } from '../part-store.ts';
import { shownText } from '../shown-text.ts';
import { columnsOf, type SqlNames, sqlNames } from '../sql-names.ts';
import { type ColumnTally, markerCounts, offsetCounts } from './column-tally.ts';
import { decideType, type TypeDecision } from './column-type.ts';
import { dialectBytes, type ResolvedDialect, resolveDialect } from './dialect.ts';
import { type ForcedType, forcedTypeText, parseForcedType } from './forced-type.ts';
import { readingOf } from './read-expression.ts';
import { rewriteCsv } from './rewrite.ts';
import { type Scan, type ScanPlan, scanCsv } from './scan.ts';
import { textColumnNotes } from './text-notes.ts';
import { compareWithScan, valuesOf, writeCsvPart } from './write-csv-part.ts';

/** Goes up with every change in what is read from the same bytes: it is in the id of each part. */
export const CSV_READER_VERSION = 'csv.2';

/**
 * Makes a part of a CSV file: one pass over all bytes settles the types and counts everything, DuckDB's reader, told
 * every detail, writes the Parquet file, and what it wrote is compared with the counts.
 */
export async function ingestCsv(request: PartRequest): Promise<StoredPart> {
  const dialect = resolveDialect(request.head, request.options);
  const headers = dialect.header ? dialect.firstRecord : dialect.firstRecord.map((_, i) => `C${i + 1}`);
  const forced = forcedTypes(headers, request.options.types);
  const options = resolvedOptions(dialect, forced);
  const identity = { upload_sha256: request.upload.sha256, options, reader_version: CSV_READER_VERSION };
  return storePart(request.paths, identity, async (work, parquetPath) => {
    await request.beforeReading();
    const plan = scanPlan(request, dialect, headers, forced);
    const scan = await scanCsv(plan);
    if (scan.rows === 0) {
      throw new HarnessError('SH_INPUT_NO_ROWS', { path: request.shownPath, columns: headers.length });
    }
    refuseTypesThatFitNothing(request, headers, plan, scan);
    const decisions = scan.columns.map((tally, i) => decide(tally, forced.get(headers[i] ?? ''), dialect));
    const names = sqlNames(headers);
    const columns = columnsOf(
      headers,
      names,
      decisions.map(({ type }) => type),
    );
    const numbered = mustBeRewritten(scan);
    await write({ request, plan, scan, dialect, columns, numbered, work, parquetPath });
    const sourceLines: WrittenPart['sourceLines'] = numbered
      ? { kind: 'column' }
      : { kind: 'offset', offset: scan.lineOffset ?? 0 };
    return { sourceLines, report: reportOf(request, dialect, scan, columns, decisions, names) };
  });
}

/** A type that would leave a column of values without any is a slip, not a wish. */
function refuseTypesThatFitNothing(
  request: PartRequest,
  headers: readonly string[],
  plan: ScanPlan,
  scan: Scan,
): void {
  headers.forEach((column, i) => {
    const forced = plan.forced[i];
    const [example] = scan.rejected[i]?.cells ?? [];
    if (forced === undefined || example === undefined || (scan.columns[i]?.values ?? 0) > 0) return;
    throw new HarnessError('SH_INPUT_TYPE_FITS_NOTHING', {
      path: request.shownPath,
      column,
      type: forcedTypeText(forced),
      example: shownText(example.text, 60),
      row: example.row_number,
    });
  });
}

interface Writing {
  readonly request: PartRequest;
  readonly plan: ScanPlan;
  readonly scan: Scan;
  readonly dialect: ResolvedDialect;
  readonly columns: readonly Column[];
  readonly numbered: boolean;
  readonly work: string;
  readonly parquetPath: string;
}

async function write(writing: Writing): Promise<void> {
  const { request, plan, scan, dialect, columns, numbered, parquetPath } = writing;
  let path = plan.path;
  if (numbered) {
    path = join(writing.work, 'rewritten.csv');
    const { onProgress: _progressIsTheScans, ...quietPlan } = plan;
    await rewriteCsv(quietPlan, path);
  }
  const readings = columns.map((column, i) => {
    const tally = scan.columns[i];
    if (tally === undefined) throw new Error(`column ${i + 1} was not scanned`);
    return readingOf(i, column.type, tally, plan.forced[i]);
  });
  const { delimiter, quote } = dialect;
  const header = dialect.header && !numbered;
  const source = { path, delimiter, quote, header, numbered, longestRecord: scan.longestRecord * 2 };
  await withDuckDb(request.resources, async (connection) => {
    await writeCsvPart(connection, source, columns, readings, parquetPath);
    await compareWithScan(connection, parquetPath, columns, scan);
  });
}

/** Where lines and records don't run in step, or DuckDB's reader would have to guess. */
function mustBeRewritten(scan: Scan): boolean {
  const endings = [scan.endings.lf, scan.endings.crlf, scan.endings.cr].filter((count) => count > 0);
  return (
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
  dialect: ResolvedDialect,
  headers: readonly string[],
  forced: ReadonlyMap<string, ForcedType>,
): ScanPlan {
  return {
    path: request.upload.blobPath,
    shownPath: request.shownPath,
    dialect: dialectBytes(dialect.delimiter, dialect.quote),
    header: dialect.header,
    columns: headers.length,
    forced: headers.map((header) => forced.get(header)),
    ...(request.onProgress === undefined ? {} : { onProgress: request.onProgress }),
  };
}

function forcedTypes(
  headers: readonly string[],
  types: Readonly<Record<string, string>>,
): Map<string, ForcedType> {
  const forced = new Map<string, ForcedType>();
  for (const [column, text] of Object.entries(types)) {
    if (!headers.includes(column)) {
      const near = nearest(column, headers) ?? headers.slice(0, 10).join(', ');
      throw new HarnessError('SH_INPUT_UNKNOWN_COLUMN', { option: '--type', column, nearest: near });
    }
    forced.set(column, parseForcedType(column, text));
  }
  return forced;
}

function resolvedOptions(dialect: ResolvedDialect, forced: ReadonlyMap<string, ForcedType>): IngestOptions {
  return {
    format: 'csv',
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    header: dialect.header ? 'yes' : 'no',
    types: Object.fromEntries([...forced].map(([column, type]) => [column, forcedTypeText(type)])),
  };
}

function decide(tally: ColumnTally, forced: ForcedType | undefined, dialect: ResolvedDialect): TypeDecision {
  if (forced === undefined) return decideType(tally, dialect.delimiter);
  const why = `forced to ${forcedTypeText(forced)}`;
  if (forced.kind !== 'decimal') return { type: { kind: forced.kind }, why, forced: true };
  const needed = tally.integerDigits + tally.significantFraction;
  const digits = forced.digits ?? {
    precision: Math.min(38, Math.max(1, needed)),
    scale: tally.significantFraction,
  };
  return { type: { kind: 'decimal', ...digits }, why };
}

function reportOf(
  request: PartRequest,
  dialect: ResolvedDialect,
  scan: Scan,
  columns: readonly Column[],
  decisions: readonly TypeDecision[],
  names: SqlNames,
): IngestReport {
  return {
    schema_version: 'ingest_report.v1',
    upload_sha256: request.upload.sha256,
    bytes: request.upload.bytes,
    format: 'csv',
    dialect: {
      delimiter: dialect.delimiter,
      quote: dialect.quote,
      header: dialect.header,
      line_ending: lineEnding(scan),
      byte_order_mark: scan.byteOrderMark,
    },
    row_count: scan.rows,
    rejected_rows: 0,
    columns: columns.map((column, i) => columnReport(column, i, scan, decisions[i])),
    notes: [
      ...forcedNotes(request, columns, scan),
      ...fileNotes(dialect, scan),
      ...names.notes,
      ...columnNotes(columns, decisions, scan),
    ],
  };
}

function columnReport(
  column: Column,
  i: number,
  scan: Scan,
  decision: TypeDecision | undefined,
): IngestColumn {
  const tally = scan.columns[i];
  const rejected = scan.rejected[i];
  if (tally === undefined) throw new Error(`column ${i + 1} was not scanned`);
  return {
    ...column,
    why: decision?.why ?? '',
    missing: scan.rows - valuesOf(column, tally),
    markers: column.type.kind === 'text' ? [] : markerCounts(tally),
    offsets: column.type.kind === 'timestamptz' ? offsetCounts(tally) : [],
    rejected: [...(rejected?.cells ?? [])],
    rejected_count: rejected?.count ?? 0,
  };
}

function lineEnding(scan: Scan): 'lf' | 'crlf' | 'cr' | 'mixed' {
  const met = (['lf', 'crlf', 'cr'] as const).filter((kind) => scan.endings[kind] > 0);
  return met.length > 1 ? 'mixed' : (met[0] ?? 'lf');
}

function fileNotes(dialect: ResolvedDialect, scan: Scan): string[] {
  const notes: string[] = [];
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

function columnNotes(columns: readonly Column[], decisions: readonly TypeDecision[], scan: Scan): string[] {
  return columns.flatMap((column, i) => {
    const [tally, decision] = [scan.columns[i], decisions[i]];
    if (tally === undefined || decision === undefined) return [];
    if (column.type.kind === 'text') return textColumnNotes(column.name, tally, decision);
    return decision.note === undefined ? [] : [`column "${column.name}": ${decision.note}`];
  });
}

/** What forced types cost, before all other notes: cells that held something and are missing now. */
function forcedNotes(request: PartRequest, columns: readonly Column[], scan: Scan): string[] {
  return columns.flatMap((column, i) => {
    const rejected = scan.rejected[i]?.count ?? 0;
    const first = scan.rejected[i]?.cells[0];
    if (rejected === 0 || first === undefined) return [];
    const cells = rejected + (scan.columns[i]?.values ?? 0);
    const asked = request.options.types[column.name] ?? column.type.kind;
    const missing = rejected === 1 ? 'did not fit and is missing now' : 'did not fit and are missing now';
    const example = `the first: "${shownText(first.text, 60)}" in row ${first.row_number}`;
    return [
      `--type ${column.name}=${asked}: ${rejected} of ${cells} cells ${missing} (${example}); see rejected`,
    ];
  });
}
