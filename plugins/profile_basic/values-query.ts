import { type Context, distinctValuesSql, identifier, type QueryHandle } from '../../src/sdk/index.ts';
import type { ColumnKind } from './column-kind.ts';

type Column = Context['schema'][number];

/** Longest text that is shown as a frequent value, in characters. */
const SHOWN_CHARACTERS = 120;

/** With fewer rows it costs less to group all of them than to ask first. */
const MANY_ROWS = 50_000;

/** The query that says that every row holds another value; undefined where it doesn't, or that wasn't asked. */
export async function queryUnique(ctx: Context, column: Column): Promise<QueryHandle | undefined> {
  const { kind, rows } = ctx.coverage;
  if (kind !== 'FULL' || rows < MANY_ROWS || column.type.kind === 'double') return undefined;
  const distinct = await ctx.query(distinctValuesSql(column.sql_name));
  return distinct.number(0, 'distinct_values') === rows ? distinct : undefined;
}

/**
 * Counts, range and frequent values of one column, from one pass over its values: a row per frequent value (at least
 * one row), with the totals of the column beside each. Where every row is known to hold another value, none has to be
 * grouped with others.
 */
export function queryValues(
  ctx: Context,
  column: Column,
  kind: ColumnKind,
  unique: boolean,
): Promise<QueryHandle> {
  const name = identifier(column.sql_name);
  const counted = unique
    ? `SELECT ${name} AS value, CAST(1 AS BIGINT) AS value_rows FROM data`
    : `SELECT ${name} AS value, count(*) AS value_rows FROM data GROUP BY ALL`;
  const facts = [
    'coalesce(sum(value_rows), 0) AS all_rows',
    'coalesce(sum(value_rows) FILTER (WHERE value IS NULL), 0) AS missing_rows',
    'coalesce(sum(value_rows) FILTER (WHERE value IS NOT NULL), 0) AS present_rows',
    'count(value) AS distinct_values',
    'count(value) FILTER (WHERE value_rows = 1) AS single_values',
    ...factsOf(column, kind),
  ];
  return ctx.query(`WITH counted AS (
  ${counted}
), facts AS (
  SELECT ${facts.join(',\n    ')}
  FROM counted
), frequent AS (
  SELECT ${shown(kind)} AS frequent_value, value AS frequent_order, value_rows AS frequent_rows
  FROM counted WHERE value IS NOT NULL
  ORDER BY value_rows DESC, value LIMIT ${Number(ctx.settings['top_values'])}
)
SELECT facts.*, ${percent('missing_rows', 'all_rows')} AS missing_percent${kind === 'boolean' ? `, ${percent('true_rows', 'present_rows')} AS true_percent` : ''},
  frequent_value, frequent_rows, ${percent('frequent_rows', 'present_rows')} AS frequent_percent
FROM facts LEFT JOIN frequent ON true
ORDER BY frequent_rows DESC, frequent_order`);
}

function factsOf(column: Column, kind: ColumnKind): string[] {
  switch (kind) {
    case 'measure':
      return column.type.kind === 'double' ? DOUBLE_FACTS : RANGE;
    case 'code':
      return [...LABEL_RANGE, ...lengths('CAST(value AS VARCHAR)')];
    case 'text':
      return [
        ...lengths('value'),
        `coalesce(sum(length(value) * value_rows), 0) AS all_characters`,
        `coalesce(sum(value_rows) FILTER (WHERE value = ''), 0) AS empty_rows`,
      ];
    case 'boolean':
      return [
        'coalesce(sum(value_rows) FILTER (WHERE value), 0) AS true_rows',
        'coalesce(sum(value_rows) FILTER (WHERE NOT value), 0) AS false_rows',
      ];
    case 'time':
      return [
        ...RANGE,
        `${microseconds('min(value)', column)} AS first_us`,
        `${microseconds('max(value)', column)} AS last_us`,
        `CAST(last_us - first_us AS DECIMAL(28,0)) * CAST(0.000001 AS DECIMAL(6,6)) AS span_s`,
        `${DAYS} AS span_days`,
      ];
  }
}

/** Rounded half up to one decimal, in whole numbers. */
const DAYS =
  'CAST((CAST(last_us - first_us AS HUGEINT) * 10 + 43200000000) // 86400000000 AS DECIMAL(18,0)) * CAST(0.1 AS DECIMAL(1,1))';

/** The extremes of ids and codes are labels: numbers to order by, text to read. */
const LABEL_RANGE = ['CAST(min(value) AS VARCHAR) AS minimum', 'CAST(max(value) AS VARCHAR) AS maximum'];

const RANGE = ['min(value) AS minimum', 'max(value) AS maximum'];

const DOUBLE_FACTS = [
  'min(value) FILTER (WHERE isfinite(value)) AS minimum',
  'max(value) FILTER (WHERE isfinite(value)) AS maximum',
  'coalesce(sum(value_rows) FILTER (WHERE isnan(value)), 0) AS nan_rows',
  'coalesce(sum(value_rows) FILTER (WHERE isinf(value)), 0) AS infinite_rows',
];

function lengths(text: string): string[] {
  return [`min(length(${text})) AS shortest_characters`, `max(length(${text})) AS longest_characters`];
}

/** A frequent value as it is shown: codes as text, and words where there would be nothing to see. */
function shown(kind: ColumnKind): string {
  if (kind === 'code') return 'CAST(value AS VARCHAR)';
  if (kind !== 'text') return 'value';
  return `CASE WHEN value = '' THEN '(empty text)' WHEN trim(value) = '' THEN '(only spaces)' ELSE ${shortened('value')} END`;
}

function shortened(text: string): string {
  return `CASE WHEN length(${text}) > ${SHOWN_CHARACTERS} THEN left(${text}, ${SHOWN_CHARACTERS - 1}) || '…' ELSE ${text} END`;
}

/** Microseconds since 1970 (of a time of day: since midnight). */
export function microseconds(value: string, column: Column): string {
  return column.type.kind === 'date' ? `epoch_us(CAST(${value} AS TIMESTAMP))` : `epoch_us(${value})`;
}

/** Rounded half up to one decimal, in whole numbers; missing where the whole is 0. */
function percent(part: string, whole: string): string {
  const [a, b] = [part, whole].map((sql) => `CAST(${sql} AS HUGEINT)`);
  return `CAST((${a} * 2000 + ${b}) // nullif(2 * ${b}, 0) AS DECIMAL(18,0)) * CAST(0.1 AS DECIMAL(1,1))`;
}
