import { HarnessError } from '../../base/index.ts';
import { atMostEverySecond } from '../at-most-every-second.ts';
import { shownText } from '../shown-text.ts';
import { encodingCheck } from '../text-encoding.ts';
import { addCell, addForcedCell, newColumnTally } from '../typing/column-tally.ts';
import type { ForcedType } from '../typing/forced-type.ts';
import { keepRejected, type RejectedCells, type Tallied } from '../typing/tallied.ts';
import { dialectBytes, type ResolvedDialect } from './dialect.ts';
import {
  type CsvRecord,
  CsvSyntaxError,
  type Dialect,
  fieldText,
  isBlank,
  type Range,
  type RecordsRead,
  readRecords,
} from './records.ts';

/** Told how many bytes more have been read, and how many rows there are by now. */
export type OnProgress = (bytes: number, rows: number) => void;

/** How a file is to be read, all of it settled. */
export interface ScanPlan {
  /** The file, and the name it has for the operator. */
  readonly path: string;
  readonly shownPath: string;
  readonly dialect: Dialect;
  readonly header: boolean;
  readonly columns: number;
  readonly forced: readonly (ForcedType | undefined)[];
  /** The part of the file to be read; all of it, if left out. Rows and lines are numbered from its beginning. */
  readonly range?: Range;
  readonly onProgress?: OnProgress;
  /** Told now and then what was tallied so far, of how many bytes. */
  readonly onTallied?: (tallied: Tallied, bytes: number) => void;
  /** Told each record that has another number of cells than the header: it is no row, and keeps its number. */
  readonly onRagged?: (reason: string, text: string, row: number, line: number) => void;
}

/** How to scan a file; `forced` by column. */
export function planOf(
  file: Pick<ScanPlan, 'path' | 'shownPath'>,
  { delimiter, quote, header }: ResolvedDialect,
  forced: ScanPlan['forced'],
): ScanPlan {
  return { ...file, dialect: dialectBytes(delimiter, quote), header, columns: forced.length, forced };
}

/** What one pass over all bytes of a file, or of a range of it, found. */
export interface Scan extends Tallied, RecordsRead {
  /** Records with another number of cells than the header. */
  readonly ragged: number;
  readonly blankLines: number;
  readonly looseQuotes: number;
  readonly longestRecord: number;
  /** The line of row n is n + offset, for every n; undefined where it isn't so. */
  readonly lineOffset: number | undefined;
  /** Every record stands on a line of its own. */
  readonly oneLineEach: boolean;
}

const SHOWN = 120;

/**
 * Reads every byte of a CSV file once: checks encoding, quotes and the number of cells of every record, and tallies
 * every cell. Few records with another number of cells than the header are set apart; more are a sign that the file is
 * read wrongly. Throws `SH_INPUT_ENCODING`, `SH_INPUT_BINARY`, `SH_INPUT_RAGGED`, `SH_INPUT_MALFORMED`.
 */
export async function scanCsv(plan: ScanPlan): Promise<Scan> {
  const columns = Array.from({ length: plan.columns }, newColumnTally);
  const rejected = columns.map((): RejectedCells => ({ cells: [], count: 0 }));
  const lines = {
    first: undefined as number | undefined,
    constant: true,
    breaks: 0,
    blank: 0,
    loose: 0,
    longest: 0,
  };
  let rows = 0;
  const visit = (record: CsvRecord, row: number): void => {
    rows++;
    lines.first ??= record.line - row;
    lines.constant &&= record.line - row === lines.first;
    for (let field = 0; field < plan.columns; field++) {
      const tally = columns[field];
      const forced = plan.forced[field];
      if (tally === undefined) continue;
      if (forced === undefined || forced.kind === 'text') {
        addCell(tally, record, field, plan.dialect.quote, row);
      } else if (!addForcedCell(tally, forced, record, field)) {
        keepRejected(rejected[field], row, fieldText(record, field, plan.dialect.quote));
      }
    }
  };
  let bytes = 0;
  const tell = atMostEverySecond(() => plan.onTallied?.({ rows, columns, rejected }, bytes));
  const counting: ScanPlan = {
    ...plan,
    onProgress: (more, soFar) => {
      plan.onProgress?.(more, soFar);
      if (rows > 0) tell();
      bytes += more;
    },
  };
  const read = await eachRow(counting, visit, (record, blank) => {
    lines.breaks += record.innerBreaks;
    lines.loose += record.looseQuotes;
    if (blank) lines.blank++;
    lines.longest = Math.max(lines.longest, record.end - record.start);
  });
  return {
    rows,
    columns,
    rejected,
    ...read,
    blankLines: lines.blank,
    looseQuotes: lines.loose,
    longestRecord: lines.longest,
    lineOffset: lines.constant ? (lines.first ?? 0) : undefined,
    oneLineEach: lines.breaks === 0,
  };
}

/** What is met on the way over the rows of a file. */
interface RowsRead extends RecordsRead {
  /** Records with another number of cells than the header. */
  readonly ragged: number;
}

/**
 * Visits the rows of a file (header, blank lines and ragged records left out) with their ordinals, in which ragged
 * records count. `every` sees all records. The one place that says which records are rows, so that every pass over a
 * file numbers them alike.
 */
export async function eachRow(
  plan: ScanPlan,
  visit: (record: CsvRecord, row: number) => void,
  every: (record: CsvRecord, blank: boolean) => void = () => {},
): Promise<RowsRead> {
  const checkEncoding = encodingCheck(plan.path, plan.shownPath);
  const ragged = raggedRecords(plan);
  let row = 0;
  let header = plan.header && (plan.range?.from ?? 0) === 0;
  let lastByte = 0;
  try {
    const read = await readRecords(
      plan.path,
      plan.dialect,
      (record) => {
        const blank = plan.columns > 1 && isBlank(record);
        every(record, blank);
        if (blank) return;
        if (header) header = false;
        else if (record.fields === plan.columns) visit(record, ++row);
        else ragged.add(record, ++row);
      },
      (fresh, last) => {
        checkEncoding(fresh, last);
        lastByte = fresh.at(-1) ?? lastByte;
        plan.onProgress?.(fresh.length, row);
      },
      plan.range,
    );
    return { ...read, ragged: ragged.settle(row, lastByte === LF || lastByte === CR) };
  } catch (error) {
    if (!(error instanceof CsvSyntaxError)) throw error;
    const reason = `line ${error.line}: ${error.message}`;
    throw new HarnessError('SH_INPUT_MALFORMED', { path: plan.shownPath, format: 'CSV', reason });
  }
}

const LF = 10;
const CR = 13;
/** More of all records than this are no accident: the delimiter is another one, or quotes are missing. */
const MOST_RAGGED = 0.01;
/** So many, and most of what was read, and the rest need not be read. */
const ENOUGH = 1000;

/** Sets ragged records apart, unless they are too many, or the last one breaks off where the file ends. */
function raggedRecords(plan: ScanPlan) {
  let count = 0;
  let first: HarnessError | undefined;
  let lastRow = 0;
  let last: HarnessError | undefined;
  return {
    add(record: CsvRecord, row: number): void {
      count++;
      last = ragged(plan, record);
      first ??= last;
      lastRow = row;
      if (plan.onRagged === undefined || (count >= ENOUGH && count * 2 > row)) throw first;
      const text = record.bytes.toString('utf8', record.start, record.end);
      plan.onRagged(`${cells(record.fields)} where ${plan.columns} are expected`, text, row, record.line);
    },
    settle(rows: number, ended: boolean): number {
      if (first !== undefined && count > rows * MOST_RAGGED) throw first;
      if (last !== undefined && lastRow === rows && !ended) throw last;
      return count;
    },
  };
}

function cells(count: number): string {
  return count === 1 ? '1 cell' : `${count} cells`;
}

function ragged(plan: ScanPlan, record: CsvRecord): HarnessError {
  const end = Math.min(record.end, record.start + SHOWN * 4);
  const text = record.bytes.toString('utf8', record.start, end);
  return new HarnessError('SH_INPUT_RAGGED', {
    path: plan.shownPath,
    line: record.line,
    found: record.fields,
    expected: plan.columns,
    text: shownText(text, SHOWN),
  });
}
