import type { IngestOptions } from '../../contract/index.ts';
import type { Head } from '../file-format.ts';
import { KIND } from '../typing/cell-kind.ts';
import { addCell, type ColumnTally, newColumnTally } from '../typing/column-tally.ts';
import { decideType } from '../typing/column-type.ts';
import {
  type CsvRecord,
  CsvSyntaxError,
  type Dialect,
  fieldText,
  hasByteOrderMark,
  isBlank,
  newSplitter,
  splitRecords,
  UNQUOTED,
} from './records.ts';

/** How a file is written, settled from its beginning and the options. */
export interface ResolvedDialect {
  readonly delimiter: string;
  readonly quote: string;
  readonly header: boolean;
  /** The cells of the first record: the headers, or the first row. */
  readonly firstRecord: readonly string[];
  /** What speaks against the delimiter that was asked for. */
  readonly doubt?: string;
}

const DELIMITERS = [',', ';', '\t', '|'];

/** Settles delimiter, quote and header. Options win; the rest comes from the first MiB of the file. */
export function resolveDialect(
  head: Head,
  options: Pick<IngestOptions, 'delimiter' | 'quote' | 'header'>,
): ResolvedDialect {
  const quote = options.quote ?? sniffQuote(head, options.delimiter);
  const delimiter = options.delimiter ?? sniffDelimiter(head, quote);
  const sample = sampleOf(head, delimiter, quote);
  const header = options.header === 'auto' ? looksLikeHeader(sample, delimiter) : options.header === 'yes';
  const doubt = options.delimiter === null ? undefined : otherDelimiter(head, delimiter, quote);
  const firstRecord = sample.first.map((cell) => cell.text);
  return { delimiter, quote, header, firstRecord, ...(doubt === undefined ? {} : { doubt }) };
}

/** A note where the delimiter that was asked for splits nothing and another would split every line alike. */
function otherDelimiter(head: Head, asked: string, quote: string): string | undefined {
  const own = agreement(head, asked, quote);
  if (own.cells > 1 || own.first > 1) return undefined;
  const better = sniffDelimiter(head, quote);
  const { cells, share } = agreement(head, better, quote);
  if (better === asked || cells < 2 || share < 1) return undefined;
  return (
    `--delimiter ${shownDelimiter(asked)} leaves a single column, while ${shownDelimiter(better)} would give ` +
    `${cells} in every line ${head.whole ? '' : 'of its beginning '}`.trimEnd()
  );
}

function shownDelimiter(delimiter: string): string {
  return delimiter === '\t' ? 'tab' : `'${delimiter}'`;
}

/** The names of the columns as the file has them; C1, C2 … where it has none. */
export function headersOf({ header, firstRecord }: ResolvedDialect): readonly string[] {
  return header ? firstRecord : firstRecord.map((_, i) => `C${i + 1}`);
}

/** A dialect as bytes. */
export function dialectBytes(delimiter: string, quote: string): Dialect {
  return { delimiter: delimiter.charCodeAt(0), quote: quote.charCodeAt(0) };
}

/** The delimiter under which the records agree best on a number of cells; a comma where none does. */
function sniffDelimiter(head: Head, quote: string): string {
  let best = { delimiter: ',', share: 0, cells: 1 };
  for (const delimiter of DELIMITERS) {
    const found = agreement(head, delimiter, quote);
    if (found.first < 2 || found.cells < 2) continue;
    if (found.share > best.share || (found.share === best.share && found.cells > best.cells)) {
      best = { delimiter, share: found.share, cells: found.cells };
    }
  }
  return best.delimiter;
}

/** The most frequent number of cells in a record, the share of records that have it, and the first record's. */
function agreement(
  head: Head,
  delimiter: string,
  quote: string,
): { readonly cells: number; readonly share: number; readonly first: number } {
  const counts = new Map<number, number>();
  let first = 0;
  let records = 0;
  const complete = visitHead(head, dialectBytes(delimiter, quote), (record) => {
    if (isBlank(record)) return;
    first ||= record.fields;
    records++;
    counts.set(record.fields, (counts.get(record.fields) ?? 0) + 1);
  });
  let cells = 0;
  let most = 0;
  for (const [fields, count] of counts) {
    if (count > most || (count === most && fields > cells)) {
      cells = fields;
      most = count;
    }
  }
  const share = records === 0 ? 0 : most / records;
  return { cells, share: complete ? share : share / 2, first };
}

/** The quote: `'` only where no cell begins with `"` and, read so, the records agree and some column is all quoted. */
function sniffQuote(head: Head, asked: string | null): string {
  const usual = asked ?? sniffDelimiter(head, '"');
  if (quotedCells(head, usual, '"').some(({ quoted }) => quoted > 0)) return '"';
  const delimiter = asked ?? sniffDelimiter(head, "'");
  const { share } = agreement(head, delimiter, "'");
  const all = quotedCells(head, delimiter, "'").some(({ values, quoted }) => values > 0 && values === quoted);
  return share === 1 && all ? "'" : '"';
}

/** By column, how many cells of the records after the first hold something, and how many of those are quoted. */
function quotedCells(head: Head, delimiter: string, quote: string): { values: number; quoted: number }[] {
  const columns: { values: number; quoted: number }[] = [];
  let records = 0;
  visitHead(head, dialectBytes(delimiter, quote), (record) => {
    if (records++ === 0) return;
    for (let field = 0; field < record.fields; field++) {
      const column = (columns[field] ??= { values: 0, quoted: 0 });
      if (record.starts[field] !== record.ends[field]) column.values++;
      if (record.forms[field] !== UNQUOTED && record.starts[field] !== record.ends[field]) column.quoted++;
    }
  });
  return columns;
}

interface Sample {
  readonly first: readonly { readonly text: string; readonly tally: ColumnTally }[];
  readonly body: readonly ColumnTally[];
  readonly rows: number;
}

function sampleOf(head: Head, delimiter: string, quote: string): Sample {
  const dialect = dialectBytes(delimiter, quote);
  const first: { text: string; tally: ColumnTally }[] = [];
  const body: ColumnTally[] = [];
  let rows = 0;
  visitHead(head, dialect, (record) => {
    if (isBlank(record) && first.length !== 1) return;
    if (first.length === 0) {
      for (let field = 0; field < record.fields; field++) {
        const tally = newColumnTally();
        addCell(tally, record, field, dialect.quote, 1);
        first.push({ text: fieldText(record, field, dialect.quote), tally });
        body.push(newColumnTally());
      }
      return;
    }
    rows++;
    body.forEach((tally, field) => {
      if (field < record.fields) addCell(tally, record, field, dialect.quote, rows);
    });
  });
  return { first, body, rows };
}

/**
 * A first record is a header unless it looks like data: where other records follow, every typed column must take
 * its cell; where none follow, one of its cells must be typed.
 */
function looksLikeHeader(sample: Sample, delimiter: string): boolean {
  const untyped = KIND.text;
  if (sample.rows === 0) return !sample.first.some(({ tally }) => tally.kinds > 0 && tally.kinds < untyped);
  let fits = 0;
  for (let field = 0; field < sample.body.length; field++) {
    const body = sample.body[field];
    const cell = sample.first[field]?.tally;
    if (body === undefined || cell === undefined || cell.kinds === 0) continue;
    if (decideType(body, { delimiter }).type.kind === 'text' && body.kinds >= untyped) continue;
    if (body.kinds === 0) continue;
    if (!sameFamily(cell.kinds, body.kinds)) return true;
    fits++;
  }
  return fits === 0;
}

const FAMILIES = [
  KIND.integer | KIND.decimal | KIND.scientific | KIND.comma,
  KIND.boolean,
  KIND.date | KIND.timestamp | KIND.zoned,
  KIND.time,
  KIND.day_month | KIND.day_month_time,
];

function sameFamily(a: number, b: number): boolean {
  return FAMILIES.some((family) => (a & family) !== 0 && (b & family) !== 0);
}

/** Visits the records of a file's beginning; false where they can't all be split. */
function visitHead(head: Head, dialect: Dialect, visit: (record: CsvRecord) => void): boolean {
  const skipped = hasByteOrderMark(head.bytes) ? 3 : 0;
  const bytes = head.bytes.subarray(skipped);
  try {
    splitRecords(newSplitter(dialect), bytes, head.length - skipped, head.whole, visit);
    return true;
  } catch (error) {
    if (error instanceof CsvSyntaxError) return false;
    throw error;
  }
}
