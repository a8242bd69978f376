import type { DatasetSchema, DerivedDefinition } from '../../../contract/index.ts';
import type { ColumnFacts } from '../facts.ts';
import { countsIn, quoted, type Run, type Source } from '../sql.ts';
import { readName } from '../words.ts';
import { type ParameterFormat, parameterFormat } from './format.ts';
import { keySql, plainKeySqls } from './key-sql.ts';
import { type ParameterKey, parameterKeys } from './keys.ts';
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
  const texts = await textsOf(source, facts);
  const derived: DerivedDefinition[] = [];
  for (const key of await parameterKeys(source.run, texts, format)) {
    const sqlOf = await quickestSql(source.run, texts, key, format);
    const kind = await kindOf(source.run, texts, sqlOf, {
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
  const hints = { declared: undefined, calendar: true };
  const kind = await kindOf(source.run, await textsOf(source, facts), asText, hints);
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

/** A relation of the column's texts `p` with the number `n` of rows that have each; where few come back, one row each. */
async function textsOf({ run, relation }: Source, facts: ColumnFacts): Promise<string> {
  const name = quoted(facts.column.sql_name);
  const present = `FROM ${relation} WHERE ${name} IS NOT NULL`;
  if (facts.distinct * 4 > facts.nonNull) return `(SELECT ${name} AS p, 1 AS n ${present})`;
  await run(
    `CREATE OR REPLACE TEMP TABLE ${TEXTS} AS SELECT ${name} AS p, count(*) AS n ${present} GROUP BY 1`,
  );
  return TEXTS;
}

const TEXTS = '_sh_texts';
const VALUES = '_sh_values';

/** The quickest SQL for a key's text that gives the same as the one that is right for all texts. */
async function quickestSql(
  run: Run,
  texts: string,
  key: ParameterKey,
  format: ParameterFormat,
): Promise<(text: string) => string> {
  const right = keySql('p', key, format);
  for (const [i, plain] of plainKeySqls('p', key, format).entries()) {
    const found = await countsIn(run, texts, {
      different: `count(*) FILTER (WHERE ${plain} IS DISTINCT FROM ${right})`,
    });
    if (found.get('different') === 0) return (text) => plainKeySqls(text, key, format)[i] ?? right;
  }
  return (text) => keySql(text, key, format);
}

/** A kind with its counts over all rows. */
type Counted = Kind & Pick<DerivedDefinition, 'values' | 'unparsed' | 'distinct'>;

/** What the values of an expression over `p` are; undefined where no row has one. */
async function kindOf(
  run: Run,
  texts: string,
  sqlOf: (text: string) => string,
  hints: Hints,
): Promise<Counted | undefined> {
  await run(
    `CREATE OR REPLACE TEMP TABLE ${VALUES} AS SELECT v, sum(n) AS n FROM (SELECT ${sqlOf('p')} AS v, n FROM ${texts}) WHERE v IS NOT NULL GROUP BY v`,
  );
  const kind = await chooseKind(run, VALUES, hints);
  const value = kind.sql('v');
  const found = await countsIn(run, VALUES, {
    values: `coalesce(sum(n) FILTER (WHERE ${value} IS NOT NULL), 0)`,
    unparsed: `coalesce(sum(n) FILTER (WHERE ${value} IS NULL), 0)`,
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
