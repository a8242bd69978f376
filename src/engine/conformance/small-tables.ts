import { dateText, daysOfDate } from '../../base/index.ts';
import type { TableFile } from '../../pipeline/index.ts';

/** A small table that every plugin has to come through: how it is called, and its text as CSV. */
export interface SmallTable {
  readonly name: string;
  readonly what: string;
  readonly csv: string;
  readonly roles: NonNullable<TableFile['roles']>;
  /** Every plugin is executed on it again, to compare; its rows are cut into chunks of so many then. */
  readonly again?: { readonly cuts: readonly number[] };
}

type Row = readonly (string | number)[];

const ROWS = 150;
/** The longest table: for a cut into some chunks that are not all alike. */
const MANY_ROWS = 1000;
const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
const FIRST_DAY = daysOfDate({ year: 2025, month: 1, day: 1 });

/**
 * The tables, those with most to say first. Decided by nothing but what stands here. One without rows is not among
 * them: it is refused when it is read, so that no plugin ever sees one.
 */
export const SMALL_TABLES: readonly SmallTable[] = [
  {
    name: 'process_log',
    what: 'a log of jobs that wait, start and end',
    csv: csvOf([
      ['JOB_ID', 'JOB', 'MODULE', 'USER_NAME', 'QUEUED_AT', 'ELIGIBLE_AT', 'STARTED_AT', 'ENDED_AT', 'STATE'],
      ...rowsOf(jobRow),
    ]),
    roles: {
      activity: ['JOB'],
      module: ['MODULE'],
      user: ['USER_NAME'],
      queued_at: ['QUEUED_AT'],
      eligible_at: ['ELIGIBLE_AT'],
      started_at: ['STARTED_AT'],
      ended_at: ['ENDED_AT'],
      status: ['STATE'],
    },
  },
  {
    name: 'sales',
    what: 'measures, groups and days',
    csv: csvOf([
      ['day', 'region', 'product', 'rush', 'quantity', 'price', 'weight', 'comment'],
      ...rowsOf(saleRow, MANY_ROWS),
    ]),
    again: { cuts: [300] },
    roles: {
      timestamp: ['day'],
      category: ['product'],
      geo: ['region'],
      boolean: ['rush'],
      measure: ['quantity', 'price', 'weight'],
    },
  },
  {
    name: 'one_row',
    what: 'a single row',
    csv: csvOf([
      ['day', 'region', 'amount'],
      ['2025-01-31', 'North', 12.5],
    ]),
    roles: { timestamp: ['day'], category: ['region'], measure: ['amount'] },
  },
  {
    name: 'all_missing',
    what: 'columns without a value',
    csv: csvOf([['id', 'day', 'region', 'amount'], ...rowsOf((i) => [i, '', '', ''])]),
    // The last chunk is a single row.
    again: { cuts: [ROWS - 1] },
    roles: { timestamp: ['day'], category: ['region'], measure: ['amount'] },
  },
  {
    name: 'hostile_names',
    what: 'headers with quotes, SQL, braces, marks and line ends',
    csv: csvOf([
      ['__proto__', 'a"b', "'); DROP TABLE data; --", '{rows} 7 %', 'Größe 🚚 \u202e', 'select\nfrom'],
      ...rowsOf((i) => [i, `g${i % 3}`, i * 1.5, (i * 7) % 11, `h${i % 2}`, day(i)]),
    ]),
    roles: {
      measure: ["'); DROP TABLE data; --", '{rows} 7 %'],
      category: ['a"b', 'Größe 🚚 \u202e'],
      timestamp: ['select\nfrom'],
    },
  },
  {
    name: 'text_only',
    what: 'nothing but texts',
    csv: csvOf([
      ['name', 'remark'],
      ...rowsOf((i) => [`name ${word(i)}`, `${word(i * 7)} ${word(i * 3)} ${word(i)}`]),
    ]),
    roles: {},
  },
];

/** A job a quarter of an hour; every third waits long, every tenth has no end. */
function jobRow(i: number): Row {
  const queued = i * 15 * MINUTE;
  const eligible = queued + (i % 4) * MINUTE;
  const started = eligible + (i % 3 === 0 ? 20 + ((i * 13) % 7) : 1) * MINUTE;
  const ended = started + (2 + ((i * 5) % 9)) * MINUTE;
  return [
    1000 + i,
    ['POST', 'IMPORT', 'NOTIFY'][i % 3] ?? '',
    ['FIN', 'HR'][i % 2] ?? '',
    ['ada', 'bob', 'eve'][(i * 7) % 3] ?? '',
    instant(queued),
    instant(eligible),
    instant(started),
    i % 10 === 9 ? '' : instant(ended),
    i % 25 === 24 ? 'E' : 'C',
  ];
}

/** A sale a day; quantities differ by product and rise at once, prices drift, weights are doubles with gaps, one price is far off. */
function saleRow(i: number): Row {
  const product = i % 3;
  return [
    day(i),
    ['North', 'South', 'East', 'West'][(i * 7) % 4] ?? '',
    ['Chair', 'Rug', 'Lamp'][product] ?? '',
    i % 5 === 0 ? 'yes' : 'no',
    2 + product * 4 + ((i * 11) % 5) + (i < 90 ? 0 : 9),
    i === 77 ? 9999.5 : (50 + i / 10 + ((i * 17) % 13)).toFixed(2),
    i % 6 === 5 ? '' : ((i * 31) % 97) / 7 + 0.1,
    i % 4 === 0 ? `note ${word(i)}` : '',
  ];
}

function rowsOf(row: (i: number) => Row, length = ROWS): Row[] {
  return Array.from({ length }, (_, i) => row(i));
}

function day(i: number): string {
  return instant(i * DAY).slice(0, 10);
}

/** Seconds from the first of January 2025 on, as text. */
function instant(seconds: number): string {
  const second = seconds % DAY;
  const clock = [second / 3600, (second / MINUTE) % 60, second % 60].map((part) =>
    String(Math.floor(part)).padStart(2, '0'),
  );
  return `${dateText(FIRST_DAY + Math.floor(seconds / DAY))} ${clock.join(':')}`;
}

function word(i: number): string {
  return Array.from({ length: 4 }, (_, at) => 'abcdefghij'[(i * (at + 3) + at) % 10] ?? '').join('');
}

function csvOf(rows: readonly Row[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\n`).join('');
}

function quoted(cell: string | number): string {
  return cell === '' ? '' : `"${String(cell).replaceAll('"', '""')}"`;
}
