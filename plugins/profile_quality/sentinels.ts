import {
  type ColumnEnd,
  type FieldInput,
  findSentinels,
  isUnmistakable,
  isUsualTime,
  type QueryHandle,
} from '../../src/sdk/index.ts';
import { cells, countOf, defect, percentSql, rowsWhere } from './claims.ts';
import { valueSql } from './sql-value.ts';
import type { Surveyed, Table } from './survey.ts';

/** Columns that are looked at. */
const MOST_COLUMNS = 60;
/** Different values at an end of a column that are compared with each other. */
const NEIGHBOURS = 24;
/** Of fewer rows with a value nothing is concluded. */
const FEWEST_ROWS = 30;

/** Values at the ends of a column that stand for something else than a quantity or a time, such as 9999 or 1900-01-01. */
export async function reportSentinels(table: Table): Promise<void> {
  const columns = table.columns.filter(
    ({ use, distinct, present }) => (use === 'measure' || use === 'time') && distinct > 2 && present > 0,
  );
  if (columns.length > MOST_COLUMNS) {
    table.ctx.note(
      `Values that may stand for missing ones were looked for in the first ${MOST_COLUMNS} columns only.`,
    );
  }
  const looked = columns.slice(0, MOST_COLUMNS);
  if (looked.length === 0) return;
  const ends = await endsOfInterest(table, looked);
  for (const column of looked) {
    const found: Found[] = [];
    for (const one of ends.filter((end) => end.column === column)) found.push(...(await lookAt(table, one)));
    if (found.length > 0) await report(table, column, found);
  }
}

/** A value that seems to stand for something else: a row of a query, and the row of the nearest other value. */
interface Found {
  readonly values: QueryHandle;
  readonly row: number;
  readonly next: number;
}

/** An end of a column that repeats its last value, or whose last value is one that calendars of computers begin with. */
interface SuspectEnd {
  readonly column: Surveyed;
  readonly end: ColumnEnd;
  /** The last values of the two ends. */
  readonly low: string;
  readonly high: string;
}

async function endsOfInterest(table: Table, columns: readonly Surveyed[]): Promise<SuspectEnd[]> {
  const ends = await table.ctx.query(
    `SELECT ${columns
      .map(({ sql }, i) => `count(${sql}) AS present_${i}, min(${sql}) AS low_${i}, max(${sql}) AS high_${i}`)
      .join(', ')}\nFROM data`,
  );
  const known = columns.flatMap((column, i) => {
    const [low, high] = [ends.text(0, `low_${i}`), ends.text(0, `high_${i}`)];
    return countOf(ends, `present_${i}`) < FEWEST_ROWS || low === null || high === null || low === high
      ? []
      : [{ column, low, high, i }];
  });
  if (known.length === 0) return [];
  const counts = await table.ctx.query(
    `SELECT ${known
      .flatMap(({ column, low, high, i }) => [
        `count(*) FILTER (WHERE ${column.sql} = ${valueSql(column, low)}) AS low_${i}`,
        `count(*) FILTER (WHERE ${column.sql} = ${valueSql(column, high)}) AS high_${i}`,
      ])
      .join(', ')}\nFROM data`,
  );
  return known.flatMap(({ column, low, high, i }) =>
    (['low', 'high'] as const)
      .filter(
        (end) => countOf(counts, `${end}_${i}`) >= 2 || isEnoughAlone(column, end === 'low' ? low : high),
      )
      .map((end) => ({ column, end, low, high })),
  );
}

function isEnoughAlone({ use }: Surveyed, value: string): boolean {
  return use === 'time' ? isUsualTime(value) : isUnmistakable({ position: Number(value) });
}

/** Compares the last values of one end with each other and with the rest of the column. */
async function lookAt(table: Table, { column, end, low, high }: SuspectEnd): Promise<Found[]> {
  const position = (text: string) => (column.use === 'time' ? secondsOf(text) : Number(text));
  const { median, threshold } = sampled(table, column, end, position);
  const values = await lastValues(table, column, end, threshold);
  const found = findSentinels(
    values.rows.map((_, row) => {
      const text = values.text(row, 'value') ?? '';
      return { position: position(text), rows: countOf(values, 'value_rows', row), text };
    }),
    {
      median: position(median),
      otherEnd: position(end === 'low' ? high : low),
      isTime: column.use === 'time',
      end,
    },
  );
  return Array.from({ length: found }, (_, row) => ({ values, row, next: found }));
}

/** The middle of a column's values in the sample, and a value beyond which there are enough for a comparison. */
function sampled(
  { sample, columns }: Table,
  column: Surveyed,
  end: ColumnEnd,
  position: (text: string) => number,
): { median: string; threshold: string | undefined } {
  const cell = columns.indexOf(column);
  const values = [...new Set(sample.rows.flatMap((cells) => cells[cell] ?? []))].sort(
    (a, b) => position(a) - position(b),
  );
  const threshold = end === 'low' ? values[NEIGHBOURS] : values.at(-1 - NEIGHBOURS);
  return { median: values[values.length >> 1] ?? '', threshold };
}

/** The last different values of an end, the last first. */
function lastValues(
  { ctx }: Table,
  column: Surveyed,
  end: ColumnEnd,
  threshold: string | undefined,
): Promise<QueryHandle> {
  const { sql } = column;
  const finite = column.column.type.kind === 'double' ? ` AND isfinite(${sql})` : '';
  const beyond =
    threshold === undefined
      ? ''
      : ` AND ${sql} ${end === 'low' ? '<=' : '>='} ${valueSql(column, threshold)}`;
  return ctx.query(`WITH counted AS (
  SELECT ${sql} AS value, count(*) AS value_rows FROM data WHERE ${sql} IS NOT NULL${finite}${beyond} GROUP BY ALL
), whole AS (
  SELECT count(${sql}) AS present_rows FROM data
)
SELECT value, value_rows, present_rows, ${percentSql('value_rows', 'present_rows')} AS value_percent
FROM counted, whole
ORDER BY value ${end === 'low' ? 'ASC' : 'DESC'}, value_rows LIMIT ${NEIGHBOURS}`);
}

/** Seconds since 1970 of a date or time in ISO form. */
function secondsOf(text: string): number {
  const [, year = '', rest = ''] = /^([+-]?\d+)-(.*)$/.exec(text) ?? [];
  const day = /^(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d))?/.exec(rest);
  const part = (i: number) => Number(day?.[i] ?? 0);
  const milliseconds = Date.UTC(2000, part(1) - 1, part(2), part(3), part(4), part(5));
  // Days of other years by their mean length: gaps between sentinels and times are of years.
  return milliseconds / 1000 + (Number(year) - 2000) * 31_556_952;
}

async function report(table: Table, surveyed: Surveyed, found: readonly Found[]): Promise<void> {
  const { column, sql, use } = surveyed;
  const [first] = [...found].sort((a, b) => rowsOf(b) - rowsOf(a));
  if (first === undefined) return;
  const which = found.map(({ values, row }) => valueSql(surveyed, values.text(row, 'value') ?? ''));
  const total = found.reduce((sum, one) => sum + rowsOf(one), 0);
  table.ctx.finding({
    kind: 'sentinel',
    title: '{column}: {value} in {value_rows} may stand for “unknown”',
    statement:
      '{value} stands in {value_rows} ({value_percent}) out of {present_rows} with a value, cut off from all others: the nearest other value is {next_value}. ' +
      (use === 'time'
        ? 'Such a time often stands for “none” or “unknown”; every span that counts it is wrong.'
        : `A number ${total === 1 ? 'of nothing but nines' : 'that is so often the same'} and so far off often stands for “none” or “unknown”; every sum and mean of {column} counts it.`),
    fields: { column: { column_name: column.sql_name }, ...fieldsOf(first) },
    estimate: { name: 'rows_with_the_value', field: 'value_rows' },
    target: { columns: { columns: [column.sql_name] } },
    how: 'exact_count',
    severity: 'notice',
    ranking: { ...defect(0.5, total / Math.max(1, table.rows)), actionability: 0.7 },
    ...(found.length > 1 && {
      items: found.map((one) => ({
        title: '{value} in {value_rows}',
        statement:
          '{value} stands in {value_rows} ({value_percent}); the nearest other value is {next_value}.',
        fields: fieldsOf(one),
      })),
    }),
    limitations: ['The table does not say what the value means; only that it is unlike the others.'],
    rows: await rowsWhere(table.ctx, `${sql} IN (${which.join(', ')})`, [sql]),
  });
}

function rowsOf({ values, row }: Found): number {
  return countOf(values, 'value_rows', row);
}

function fieldsOf({ values, row, next }: Found): Record<string, FieldInput> {
  return {
    ...cells(values, row, ['value', 'value_rows', 'value_percent', 'present_rows']),
    next_value: values.cell(next, 'value'),
  };
}
