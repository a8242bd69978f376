import { HarnessError } from '../../base/index.ts';
import { shownText } from '../shown-text.ts';
import { encodingCheck } from '../text-encoding.ts';
import { addCell, addForcedCell, newColumnTally } from '../typing/column-tally.ts';
import type { ForcedType } from '../typing/forced-type.ts';
import { keepRejected, type RejectedCells, type Tallied } from '../typing/typed-columns.ts';
import {
  type CsvRecord,
  CsvSyntaxError,
  type Dialect,
  fieldText,
  isBlank,
  type LineEndings,
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
  readonly onProgress?: OnProgress;
}

/** What one pass over all bytes of a file found. */
export interface Scan extends Tallied {
  readonly endings: LineEndings;
  readonly byteOrderMark: boolean;
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
 * every cell. Throws `SH_INPUT_ENCODING`, `SH_INPUT_BINARY`, `SH_INPUT_RAGGED`, `SH_INPUT_MALFORMED`.
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
    rows = row;
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
  const { endings, byteOrderMark } = await eachRow(plan, visit, (record, blank) => {
    lines.breaks += record.innerBreaks;
    lines.loose += record.looseQuotes;
    if (blank) lines.blank++;
    lines.longest = Math.max(lines.longest, record.end - record.start);
  });
  return {
    rows,
    columns,
    rejected,
    endings,
    byteOrderMark,
    blankLines: lines.blank,
    looseQuotes: lines.loose,
    longestRecord: lines.longest,
    lineOffset: lines.constant ? (lines.first ?? 0) : undefined,
    oneLineEach: lines.breaks === 0,
  };
}

/**
 * Visits the rows of a file (header and blank lines left out) with their ordinals. `every` sees all records. The one
 * place that says which records are rows, so that every pass over a file numbers them alike.
 */
export async function eachRow(
  plan: ScanPlan,
  visit: (record: CsvRecord, row: number) => void,
  every: (record: CsvRecord, blank: boolean) => void = () => {},
): Promise<{ readonly endings: LineEndings; readonly byteOrderMark: boolean }> {
  const checkEncoding = encodingCheck(plan.path, plan.shownPath);
  let row = 0;
  let header = plan.header;
  try {
    return await readRecords(
      plan.path,
      plan.dialect,
      (record) => {
        const blank = plan.columns > 1 && isBlank(record);
        every(record, blank);
        if (blank) return;
        if (record.fields !== plan.columns) throw ragged(plan, record);
        if (header) header = false;
        else visit(record, ++row);
      },
      (fresh, last) => {
        checkEncoding(fresh, last);
        plan.onProgress?.(fresh.length, row);
      },
    );
  } catch (error) {
    if (!(error instanceof CsvSyntaxError)) throw error;
    const reason = `line ${error.line}: ${error.message}`;
    throw new HarnessError('SH_INPUT_MALFORMED', { path: plan.shownPath, format: 'CSV', reason });
  }
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
