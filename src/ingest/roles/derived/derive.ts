import type { DatasetSchema, DerivedDefinition } from '../../../contract/index.ts';
import type { ColumnFacts } from '../facts.ts';
import { countsIn, literal, quoted, type Run, type Source } from '../sql.ts';
import { readName } from '../words.ts';
import { countedTexts } from './counted-texts.ts';
import { type ParameterFormat, parameterFormat } from './format.ts';
import { keySql, plainKeySql, plainText } from './key-sql.ts';
import { jsonKeys, type ParameterKey, pairKeys } from './keys.ts';
import { chooseKind, type Hints, type Kind } from './kinds.ts';
import { firstOfMonth } from './layouts.ts';
import { derivedNames } from './names.ts';

/** All columns that can be derived from the texts with parameters of a table, and from columns whose values are months. */
export async function deriveColumns(
  source: Source,
  schema: DatasetSchema,
  columns: readonly ColumnFacts[],
): Promise<DerivedDefinition[]> {
  const nameOf = derivedNames(schema);
  const derived: DerivedDefinition[] = [];
  for (const facts of columns) {
    const format = facts.family === 'text' ? parameterFormat(facts.sample) : undefined;
    if (format !== undefined) derived.push(...(await deriveKeys(source, facts, format, nameOf)));
    else if (mayBeMonths(facts)) derived.push(...(await deriveMonth(source, facts, nameOf)));
  }
  return derived;
}

/** Every key of a column's texts as a column, the most frequent first. */
async function deriveKeys(
  source: Source,
  facts: ColumnFacts,
  format: ParameterFormat,
  nameOf: (wished: string) => string,
): Promise<DerivedDefinition[]> {
  const texts = await countedTexts(source, facts);
  const derived: DerivedDefinition[] = [];
  for (const { key, values, sqlOf } of await keysOf(source.run, texts, format)) {
    const kind = await kindOf(source.run, values, {
      declared: key.declared,
      calendar: readName(key.key).hints.has('calendar'),
    });
    if (kind === undefined) continue;
    const about = { name: key.key, sql_name: nameOf(`param_${key.key}`), key: key.key };
    derived.push(definition(facts, about, kind, kind.sql(sqlOf(quoted(facts.column.sql_name)))));
  }
  return derived.sort((a, b) => b.values - a.values);
}

/** A column of the table itself whose values are months, so that it can be used as one. */
async function deriveMonth(
  source: Source,
  facts: ColumnFacts,
  nameOf: (wished: string) => string,
): Promise<DerivedDefinition[]> {
  const { name, sql_name: from } = facts.column;
  const asText = (column: string) => (facts.family === 'text' ? column : `CAST(${column} AS VARCHAR)`);
  const texts = await countedTexts(source, facts);
  const kind = await kindOf(source.run, valuesIn(texts, asText('p')), {
    declared: undefined,
    calendar: true,
  });
  if (kind?.kind !== 'month') return [];
  const column = quoted(from);
  const sql = facts.family === 'instant' ? firstOfMonth(column) : kind.sql(asText(column));
  return [
    definition(
      facts,
      { name: `${name} (month)`, sql_name: nameOf(`month_of_${from}`), key: null },
      kind,
      sql,
    ),
  ];
}

/** Few values under a header with a word of the calendar. */
function mayBeMonths({ distinct, name, family, whole }: ColumnFacts): boolean {
  const fits = family === 'text' || family === 'instant' || (family === 'number' && whole);
  return fits && distinct > 0 && distinct <= MOST_MONTHS && name.hints.has('calendar');
}

/** A century of them. */
const MOST_MONTHS = 1200;

const PAIRS = '_sh_pairs';
const VALUES = '_sh_values';

/** A key, a relation of its texts `v` with the number `n` of rows that have each, and the SQL that gives that text. */
interface ReadKey {
  readonly key: ParameterKey;
  readonly values: string;
  sqlOf(text: string): string;
}

/** The keys of texts. Where all texts are plain, they are cut into their pairs once; else each key is looked for. */
async function keysOf(run: Run, texts: string, format: ParameterFormat): Promise<ReadKey[]> {
  const searched = (key: ParameterKey): ReadKey => ({
    key,
    values: valuesIn(texts, keySql('p', key, format)),
    sqlOf: (text) => keySql(text, key, format),
  });
  if (format.kind === 'json') return (await jsonKeys(run, texts)).map(searched);
  const before = await plainSeparator(run, texts, format);
  const keys = await pairKeys(run, await pairsOf(run, texts, before ?? format.separator, format.assign));
  return keys.map((key) => {
    if (before === undefined || !key.same) return searched(key);
    const values = `(SELECT v, n FROM ${PAIRS} WHERE h = ${literal(key.head)} AND v <> '')`;
    return { key, values, sqlOf: (text) => plainKeySql(text, key, format, before) };
  });
}

/** What stands between the pairs, where all texts are plain. */
async function plainSeparator(
  run: Run,
  texts: string,
  format: Extract<ParameterFormat, { kind: 'pairs' }>,
): Promise<string | undefined> {
  for (const before of [format.separator, `${format.separator} `]) {
    const other = { other: `count(*) FILTER (WHERE NOT (${plainText(format, before)}))` };
    if ((await countsIn(run, texts, other)).get('other') === 0) return before;
  }
  return undefined;
}

/** A relation of the pairs of all texts: what stands before the sign of assignment as `h`, and behind it as `v`. */
async function pairsOf(run: Run, texts: string, separator: string, assign: string): Promise<string> {
  const head = `split_part(x, ${literal(assign)}, 1)`;
  await run(
    `CREATE OR REPLACE TEMP TABLE ${PAIRS} AS SELECT ${head} AS h, substr(x, length(${head}) + 2) AS v, sum(n) AS n
     FROM (SELECT unnest(string_split(p, ${literal(separator)})) AS x, n FROM ${texts})
     WHERE contains(x, ${literal(assign)}) GROUP BY 1, 2`,
  );
  return PAIRS;
}

/** A relation of the values `v` of an expression over `p`. */
function valuesIn(texts: string, sql: string): string {
  return `(SELECT v, sum(n) AS n FROM (SELECT ${sql} AS v, n FROM ${texts}) WHERE v IS NOT NULL GROUP BY v)`;
}

/** A kind with its counts over all rows. */
type Counted = Kind & Pick<DerivedDefinition, 'values' | 'unparsed' | 'distinct'>;

/** What the values of a relation are; undefined where there are none. */
async function kindOf(run: Run, relation: string, hints: Hints): Promise<Counted | undefined> {
  await run(`CREATE OR REPLACE TEMP TABLE ${VALUES} AS SELECT v, n FROM ${relation}`);
  const kind = await chooseKind(run, VALUES, hints);
  const value = kind.sql('v');
  const found = await countsIn(run, VALUES, {
    values: `sum(n) FILTER (WHERE ${value} IS NOT NULL)`,
    unparsed: `sum(n) FILTER (WHERE ${value} IS NULL)`,
    distinct: `count(DISTINCT ${value})`,
  });
  const get = (name: string) => found.get(name) ?? 0;
  await run(`DROP TABLE ${VALUES}`);
  if (get('values') === 0) return undefined;
  return { ...kind, values: get('values'), unparsed: get('unparsed'), distinct: get('distinct') };
}

function definition(
  facts: ColumnFacts,
  about: Pick<DerivedDefinition, 'name' | 'sql_name' | 'key'>,
  { kind, type, values, unparsed, distinct }: Counted,
  sql: string,
): DerivedDefinition {
  const from = facts.column.sql_name;
  return { ...about, from, kind, type, sql, values, unparsed, distinct, coverage: values / facts.rows };
}
