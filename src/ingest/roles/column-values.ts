import type { Column } from '../../contract/index.ts';
import { duckdbType } from '../../dataset/index.ts';
import {
  countedValuesSql,
  FREQUENT_VALUES,
  frequentOf,
  toldFacts,
  type ValueFact,
  valueFacts,
  valueFactsSql,
} from '../../sdk/value-facts.ts';
import { askRow, literal, quoted, type Source } from './sql.ts';

/** What is kept of a column's values: that from which both questions about them are answered. */
export interface ColumnValues {
  /** By name, as text. */
  readonly facts: Readonly<Record<string, string | null>>;
  /** The most frequent values as text, each with its rows; none where they are too long to be kept. */
  readonly frequent: Counted;
}

type Counted = readonly (readonly [value: string | null, rows: string | null])[];

/** Columns with no more distinct values, and no more bytes of them as text, are kept value by value. */
const MOST_KEPT = 20_000;
const MOST_BYTES = 4 * 2 ** 20;
/** Ends of a range of texts are told to so many characters. */
const END_CHARACTERS = 200;
/** A column that holds more among its first rows is not tried, nor one that holds some, most of them once. */
const FEW_AT_FIRST = 8_000;
const SOME_AT_FIRST = 500;
const FIRST_ROWS = 20_000;

/** The question under which the values of a column are known; of doubles there are none, for 0 and -0 are told apart in files. */
function questionOf(column: Column): string {
  return valueFactsSql(column);
}

/** What was found out about the values of a column, if that is known. */
export function knownValues(known: Source['known'], column: Column): ColumnValues | undefined {
  const text = known.get(questionOf(column));
  return text == null ? undefined : (JSON.parse(text) as ColumnValues);
}

/** All values of a column, if they are known: under a question of their own, for few who ask about values need each. */
function knownList(known: Source['known'], column: Column): Counted | undefined {
  const text = known.get(countedValuesSql(column.sql_name));
  return text == null ? undefined : (JSON.parse(text) as Counted);
}

/**
 * Counts the values of a column, exactly. Where all but the last piece were counted before, only those of the last are
 * counted, and looked for in what is kept of the others; where that are too many to be kept, among their rows.
 */
export async function countValues(source: Source, column: Column): Promise<ColumnValues> {
  const known = knownValues(source.known, column);
  if (known !== undefined) return known;
  const before = source.pieces.length > 1 ? knownValues(source.knownBefore, column) : undefined;
  const all = await countAll(source, column, before !== undefined);
  if (all !== undefined) {
    source.known.put(countedValuesSql(column.sql_name), JSON.stringify(all));
    return keep(source, column, await askCounted(source, `counted AS (${listed(all, column)})`, column));
  }
  const asked = before === undefined ? askFacts(source, column) : addLast(source, column, before);
  return keep(source, column, await asked);
}

function keep({ known }: Source, column: Column, values: ColumnValues): ColumnValues {
  const isWhole = values.frequent.length > 0 || values.facts['distinct_values'] === '0';
  if (isWhole) known.put(questionOf(column), JSON.stringify(values));
  return values;
}

/** All values of a column with their rows, if they are few and short. */
export async function listValues(source: Source, column: Column): Promise<Counted | undefined> {
  await countValues(source, column);
  return knownList(source.known, column);
}

/** All values, if they are few and short; of a longer table those that were kept and those of the last piece. */
async function countAll(source: Source, column: Column, isLonger: boolean): Promise<Counted | undefined> {
  const last = source.pieces.at(-1);
  const before = isLonger ? knownList(source.knownBefore, column) : undefined;
  if (last === undefined || (isLonger && before === undefined)) return undefined;
  const name = quoted(column.sql_name);
  const counted = (relation: string) =>
    `SELECT ${name} AS value, count(*) AS value_rows FROM ${relation} GROUP BY ALL`;
  if (before !== undefined) {
    return fewOf(source, `${counted(last.relation)} UNION ALL ${listed(before, column)}`);
  }
  const first = `(SELECT ${name} FROM ${last.relation} LIMIT ${FIRST_ROWS})`;
  const asked = { distinct: `count(DISTINCT ${name})`, present: `count(${name})` };
  const found = await askRow(source.run, asked, first);
  const [distinct, present] = [Number(found.get('distinct')), Number(found.get('present'))];
  if (distinct > FEW_AT_FIRST || (distinct > SOME_AT_FIRST && distinct * 2 > present)) return undefined;
  return fewOf(source, counted(source.relation));
}

/** Counted values with those that are alike added up, if they are few and short: else none of them leaves the database. */
async function fewOf({ run }: Source, counted: string): Promise<Counted | undefined> {
  const rows = await run(`WITH listed AS MATERIALIZED (
  SELECT CAST(value AS VARCHAR) AS text, CAST(sum(value_rows) AS VARCHAR) AS text_rows
  FROM (${counted}) GROUP BY value LIMIT ${MOST_KEPT + 1}
), size AS (
  SELECT count(*) <= ${MOST_KEPT} AND ${isShort('text')} AS few FROM listed
)
SELECT CAST(few AS VARCHAR), text, text_rows FROM size LEFT JOIN listed ON few`);
  if (rows[0]?.[0] !== 'true') return undefined;
  return rows.flatMap(([, value = null, count = null]) => (count === null ? [] : [[value, count]]));
}

/** Whether texts are short enough, together, to be kept: an aggregate. */
function isShort(text: string): string {
  return `coalesce(sum(strlen(${text})), 0) <= ${MOST_BYTES}`;
}

/** Counts, range and frequent values of all rows. */
function askFacts(source: Source, column: Column): Promise<ColumnValues> {
  const counted = `counted AS (
  SELECT ${quoted(column.sql_name)} AS value, count(*) AS value_rows FROM ${source.relation} GROUP BY ALL
)`;
  return askCounted(source, counted, column);
}

/** Those of all rows, from those of all pieces but the last: its values are looked for among the others' rows. */
async function addLast(source: Source, column: Column, before: ColumnValues): Promise<ColumnValues> {
  const name = quoted(column.sql_name);
  const type = duckdbType(column.type);
  const last = source.pieces.at(-1)?.relation ?? '';
  const within = await rangeOf(source, column, last);
  const earlier = source.pieces
    .slice(0, -1)
    .map(({ relation }) => `SELECT ${name} AS value FROM ${relation} WHERE ${within}`);
  const merged = valueFacts(column).map((fact) => ({ ...fact, sql: mergedSql(fact, before, type) }));
  const counted = `fresh AS MATERIALIZED (
  SELECT ${name} AS value, count(*) AS value_rows FROM ${last} GROUP BY ALL
), earlier AS (
  SELECT value, count(*) AS earlier_rows FROM (${earlier.join(' UNION ALL ')})
  WHERE value IN (SELECT value FROM fresh) GROUP BY ALL
), counted AS MATERIALIZED (
  SELECT fresh.value, value_rows, coalesce(earlier_rows, 0) AS earlier_rows
  FROM fresh LEFT JOIN earlier ON fresh.value = earlier.value
), frequent_before AS (
  ${listed(before.frequent, column)}
), rivals AS (
  SELECT value, value_rows + earlier_rows AS value_rows FROM counted
  UNION ALL SELECT value, value_rows FROM frequent_before
  WHERE value NOT IN (SELECT value FROM fresh WHERE value IN (SELECT value FROM frequent_before))
)`;
  return askCounted(source, counted, column, { facts: merged, relation: 'rivals' });
}

/** A condition that all values of a relation fulfil, by which those who look for them pass over what lies elsewhere. */
async function rangeOf({ run }: Source, { sql_name, type }: Column, relation: string): Promise<string> {
  const name = quoted(sql_name);
  const [least, greatest] = [`min(${name})`, `max(${name})`];
  // A text does not come before its beginning.
  const ends =
    type.kind === 'text'
      ? {
          least: `left(${least}, ${END_CHARACTERS})`,
          greatest: `CASE WHEN length(${greatest}) <= ${END_CHARACTERS} THEN ${greatest} END`,
        }
      : { least, greatest };
  const found = await askRow(run, ends, relation);
  const end = (which: keyof typeof ends) =>
    `CAST(${literalOf(found.get(which) ?? null)} AS ${duckdbType(type)})`;
  const from = `${name} >= ${end('least')}`;
  return found.get('greatest') == null ? from : `${from} AND ${name} <= ${end('greatest')}`;
}

/** A fact of all rows, from the last ones' counted values and what the fact was before. */
function mergedSql({ name, merge, ofColumn, sql }: ValueFact, before: ColumnValues, type: string): string {
  const was = `CAST(${literalOf(before.facts[name] ?? null)} AS ${ofColumn ? type : 'BIGINT'})`;
  if (merge === 'sum') return `${was} + ${sql}`;
  if (merge !== 'counts') return `${merge}(${was}, ${sql})`;
  const fresh = 'count(value) FILTER (WHERE earlier_rows = 0)';
  if (name === 'distinct_values') return `${was} + ${fresh}`;
  const single = `count(value) FILTER (WHERE earlier_rows = 0 AND value_rows = 1)`;
  return `${was} + ${single} - count(value) FILTER (WHERE earlier_rows = 1)`;
}

/** Asks for facts over `counted`, and for the most frequent of a relation of values. */
async function askCounted(
  { run }: Source,
  counted: string,
  column: Column,
  { facts, relation } = { facts: valueFacts(column), relation: 'counted' },
): Promise<ColumnValues> {
  const asText = facts.map(({ sql, name }) => `CAST(${sql} AS VARCHAR) AS ${name}`);
  const rows = await run(`WITH ${counted}, facts AS (
  SELECT ${asText.join(',\n    ')}
  FROM counted
), frequent AS MATERIALIZED (
  ${frequentOf(relation, FREQUENT_VALUES)}
), size AS (
  SELECT ${isShort('CAST(value AS VARCHAR)')} AS short FROM frequent
)
SELECT facts.*, CAST(value AS VARCHAR), CAST(value_rows AS VARCHAR)
FROM facts CROSS JOIN size LEFT JOIN frequent ON short
ORDER BY value_rows DESC, value`);
  const { length } = facts;
  return {
    facts: Object.fromEntries(facts.map(({ name }, i) => [name, rows[0]?.[i] ?? null])),
    frequent: rows.flatMap((row) => (row[length] == null ? [] : [[row[length], row[length + 1] ?? null]])),
  };
}

/** Values with their rows, as a subquery. */
export function listed(counted: Counted, column: Column): string {
  return `SELECT CAST(c[1] AS ${duckdbType(column.type)}) AS value, CAST(c[2] AS BIGINT) AS value_rows
  FROM (SELECT unnest(from_json(${literal(JSON.stringify(counted))}, '[["VARCHAR"]]')) AS c)`;
}

function literalOf(text: string | null): string {
  return text === null ? 'NULL' : literal(text);
}

/** A query that answers `valueFactsSql` from what is known, without a look at the table. */
export function toldValues(values: ColumnValues, column: Column): string {
  const type = duckdbType(column.type);
  const facts = valueFacts(column).map(
    ({ name, ofColumn }) =>
      `CAST(${literalOf(values.facts[name] ?? null)} AS ${ofColumn ? type : 'BIGINT'}) AS ${name}`,
  );
  return `WITH facts AS (
  SELECT ${facts.join(',\n    ')}
), frequent AS (
  ${listed(values.frequent, column)}
)
${toldFacts(column)}`;
}
