import type { Column } from '../contract/index.ts';
import { identifier } from './sql-text.ts';

type Typed = Pick<Column, 'sql_name' | 'type'>;

/** Longest text that is shown as a frequent value, in characters. */
const SHOWN_CHARACTERS = 120;

/** So many of a column's most frequent values are known of large tables, without being asked for again. */
export const FREQUENT_VALUES = 10;

/**
 * The query for how many distinct values a column has, as `distinct_values`. In these words it costs next to nothing
 * about large tables: the number is known since the roles were inferred.
 */
export function distinctValuesSql(sqlName: string): string {
  return `SELECT count(DISTINCT ${identifier(sqlName)}) AS distinct_values FROM data`;
}

/** Each value of a column as `value`, NULL with them, with the `value_rows` that hold it: as a subquery. */
export function countedValuesSql(sqlName: string): string {
  return `SELECT ${identifier(sqlName)} AS value, count(*) AS value_rows FROM data GROUP BY ALL`;
}

/**
 * Counts, range, lengths and the most frequent values of a column, from one pass over it: a row per frequent value (at
 * least one row), with the facts of the column beside each. Of large tables this is known since the roles were inferred,
 * in these words, with `FREQUENT_VALUES`, and but for doubles.
 */
export function valueFactsSql(column: Typed, frequent = FREQUENT_VALUES): string {
  return `WITH counted AS (
  ${countedValuesSql(column.sql_name)}
), facts AS (
  SELECT ${aliased(valueFacts(column)).join(',\n    ')}
  FROM counted
), frequent AS (
  ${frequentOf('counted', frequent)}
)
${toldFacts(column)}`;
}

/** The same facts, but for frequent values, of a column whose rows hold a value each, all unlike: nothing is grouped. */
export function uniqueFactsSql(column: Typed): string {
  const facts = valueFacts(column).map((fact) => ({ ...fact, sql: UNIQUE_COUNTS[fact.name] ?? fact.sql }));
  return `WITH facts AS (
  SELECT ${aliased(facts).join(',\n    ')}
  FROM (SELECT ${identifier(column.sql_name)} AS value, CAST(1 AS BIGINT) AS value_rows FROM data)
)
SELECT ${['facts.*', ...toldOf(column)].join(', ')} FROM facts`;
}

/** What a file says of itself is enough for these. */
const UNIQUE_COUNTS: Readonly<Record<string, string>> = {
  all_rows: 'count(*)',
  missing_rows: 'count(*) - count(value)',
  present_rows: 'count(value)',
  distinct_values: 'count(value)',
  single_values: 'count(value)',
};

/** A fact about the values of a column. */
export interface ValueFact {
  readonly name: string;
  /** What makes the fact of all rows from those of two parts of them; `counts` can't without looking into both. */
  readonly merge: 'sum' | 'least' | 'greatest' | 'counts';
  /** Whether it has the type of the column; else it is a BIGINT. */
  readonly ofColumn: boolean;
  /** An aggregate over each `value` and its `value_rows`. */
  readonly sql: string;
}

/** What `facts` of a column holds. */
export function valueFacts({ type }: Pick<Column, 'type'>): readonly ValueFact[] {
  return [
    rows('all_rows'),
    rows('missing_rows', 'value IS NULL'),
    rows('present_rows', 'value IS NOT NULL'),
    { name: 'distinct_values', merge: 'counts', ofColumn: false, sql: 'count(value)' },
    {
      name: 'single_values',
      merge: 'counts',
      ofColumn: false,
      sql: 'count(value) FILTER (WHERE value_rows = 1)',
    },
    ...factsOfType(type),
  ];
}

function factsOfType(type: Column['type']): ValueFact[] {
  if (isWhole(type)) {
    const [upwards, downwards] = ['FILTER (WHERE value >= 0)', 'FILTER (WHERE value < 0)'];
    return [
      ...RANGE,
      extreme('least_upwards', 'least', `min(value) ${upwards}`),
      extreme('greatest_below', 'greatest', `max(value) ${downwards}`),
    ];
  }
  switch (type.kind) {
    case 'text':
      return [
        { ...extreme('shortest_characters', 'least', 'min(length(value))'), ofColumn: false },
        { ...extreme('longest_characters', 'greatest', 'max(length(value))'), ofColumn: false },
        sum('all_characters', 'sum(length(value) * value_rows)'),
        rows('empty_rows', "value = ''"),
      ];
    case 'boolean':
      return [rows('true_rows', 'value'), rows('false_rows', 'NOT value')];
    case 'double':
      return [
        extreme('minimum', 'least', 'min(value) FILTER (WHERE isfinite(value))'),
        extreme('maximum', 'greatest', 'max(value) FILTER (WHERE isfinite(value))'),
        rows('nan_rows', 'isnan(value)'),
        rows('infinite_rows', 'isinf(value)'),
      ];
    default:
      return RANGE;
  }
}

const RANGE = [extreme('minimum', 'least', 'min(value)'), extreme('maximum', 'greatest', 'max(value)')];

function extreme(name: string, merge: 'least' | 'greatest', sql: string): ValueFact {
  return { name, merge, ofColumn: true, sql };
}

function rows(name: string, where?: string): ValueFact {
  return sum(name, `sum(value_rows)${where === undefined ? '' : ` FILTER (WHERE ${where})`}`);
}

function sum(name: string, sql: string): ValueFact {
  return { name, merge: 'sum', ofColumn: false, sql: `CAST(coalesce(${sql}, 0) AS BIGINT)` };
}

function aliased(facts: readonly ValueFact[]): string[] {
  return facts.map(({ name, sql }) => `${sql} AS ${name}`);
}

/** The most frequent of a relation of values, as a subquery. */
export function frequentOf(relation: string, most: number): string {
  return `SELECT value, value_rows FROM ${relation} WHERE value IS NOT NULL
  ORDER BY value_rows DESC, value LIMIT ${most}`;
}

/** What is told from `facts`, a row, and `frequent`, rows of `value` and `value_rows`. */
export function toldFacts(column: Typed): string {
  const items = [
    'facts.*',
    ...toldOf(column),
    `${shown(column)} AS frequent_value`,
    ...(isWhole(column.type) ? ['CAST(value AS VARCHAR) AS frequent_label'] : []),
    'value_rows AS frequent_rows',
    `${percent('value_rows', 'present_rows')} AS frequent_percent`,
  ];
  return `SELECT ${items.join(',\n  ')}
FROM facts LEFT JOIN frequent ON true
ORDER BY frequent_rows DESC, value`;
}

/** Rounded half up to one decimal, in whole numbers. */
const DAYS =
  'CAST((CAST(last_us - first_us AS HUGEINT) * 10 + 43200000000) // 86400000000 AS DECIMAL(18,0)) * CAST(0.1 AS DECIMAL(1,1))';

function toldOf({ type }: Typed): string[] {
  const told = [`${percent('missing_rows', 'all_rows')} AS missing_percent`];
  if (isWhole(type)) return [...told, ...LABELS];
  switch (type.kind) {
    case 'boolean':
      return [...told, `${percent('true_rows', 'present_rows')} AS true_percent`];
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return [
        ...told,
        `${microsecondsSql('minimum', type)} AS first_us`,
        `${microsecondsSql('maximum', type)} AS last_us`,
        `CAST(last_us - first_us AS DECIMAL(28,0)) * CAST(0.000001 AS DECIMAL(6,6)) AS span_s`,
        `${DAYS} AS span_days`,
      ];
    default:
      return told;
  }
}

/** Whole numbers may be ids and codes, whose extremes are labels: numbers to order by, text to read. */
const LABELS = [
  'CAST(minimum AS VARCHAR) AS lowest_label',
  'CAST(maximum AS VARCHAR) AS highest_label',
  `least(${characters('least_upwards')}, ${characters('greatest_below')}) AS shortest_characters`,
  `greatest(${characters('minimum')}, ${characters('maximum')}) AS longest_characters`,
];

function characters(value: string): string {
  return `length(CAST(${value} AS VARCHAR))`;
}

function isWhole(type: Column['type']): boolean {
  return type.kind === 'integer' || (type.kind === 'decimal' && type.scale === 0);
}

/** A frequent value as it is shown: words where there would be nothing to see. */
function shown({ type }: Typed): string {
  if (type.kind !== 'text') return 'value';
  return `CASE WHEN value = '' THEN '(empty text)' WHEN trim(value) = '' THEN '(only spaces)' ELSE ${shortened('value')} END`;
}

function shortened(text: string): string {
  return `CASE WHEN length(${text}) > ${SHOWN_CHARACTERS} THEN left(${text}, ${SHOWN_CHARACTERS - 1}) || '…' ELSE ${text} END`;
}

/** Microseconds since 1970 (of a time of day: since midnight). */
export function microsecondsSql(value: string, type: Column['type']): string {
  return type.kind === 'date' ? `epoch_us(CAST(${value} AS TIMESTAMP))` : `epoch_us(${value})`;
}

/** Rounded half up to one decimal, in whole numbers; missing where the whole is 0. */
function percent(part: string, whole: string): string {
  const [a, b] = [part, whole].map((sql) => `CAST(${sql} AS HUGEINT)`);
  return `CAST((${a} * 2000 + ${b}) // nullif(2 * ${b}, 0) AS DECIMAL(18,0)) * CAST(0.1 AS DECIMAL(1,1))`;
}
