import { listed, listValues } from '../column-values.ts';
import type { ColumnFacts } from '../facts.ts';
import { quoted, type Source } from '../sql.ts';

const TEXTS = '_sh_texts';
/** Counts of so many values are kept, of tables with so many rows. */
const MOST_KEPT = 20_000;
const FEWEST_ROWS = 50_000;

/**
 * A relation of a column's values `p` with the number `n` of rows that have each; where few come back, one row each. Of
 * large tables the counts are kept: what was counted before is not read again.
 */
export async function countedTexts(source: Source, facts: ColumnFacts): Promise<string> {
  const { run, relation } = source;
  const { column, distinct, nonNull, rows } = facts;
  const name = quoted(column.sql_name);
  const present = `FROM ${relation} WHERE ${name} IS NOT NULL`;
  if (distinct * 4 > nonNull) return `(SELECT ${name} AS p, 1 AS n ${present})`;
  const kept = distinct <= MOST_KEPT && rows >= FEWEST_ROWS ? await listValues(source, column) : undefined;
  const counts =
    kept === undefined
      ? `SELECT ${name} AS p, count(*) AS n ${present} GROUP BY 1`
      : `SELECT value AS p, value_rows AS n FROM (${listed(kept, column)}) WHERE value IS NOT NULL`;
  await run(`CREATE OR REPLACE TEMP TABLE ${TEXTS} AS ${counts}`);
  return TEXTS;
}
