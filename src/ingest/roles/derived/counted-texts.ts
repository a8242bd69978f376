import { duckdbType } from '../../../dataset/index.ts';
import type { ColumnFacts } from '../facts.ts';
import { literal, type Piece, quoted, type Run, type Source } from '../sql.ts';

const TEXTS = '_sh_texts';
/** Counts of so many values are kept, of tables with so many rows. */
const MOST_KEPT = 20_000;
const FEWEST_ROWS = 50_000;

/**
 * A relation of a column's values `p` with the number `n` of rows that have each; where few come back, one row each. Of
 * large tables the counts are known by piece: what was counted before is not read again.
 */
export async function countedTexts(source: Source, facts: ColumnFacts): Promise<string> {
  const { run, relation, pieces } = source;
  const { column, distinct, nonNull, rows } = facts;
  const name = quoted(column.sql_name);
  const present = `FROM ${relation} WHERE ${name} IS NOT NULL`;
  if (distinct * 4 > nonNull) return `(SELECT ${name} AS p, 1 AS n ${present})`;
  let counts = `SELECT ${name} AS p, count(*) AS n ${present} GROUP BY 1`;
  if (distinct <= MOST_KEPT && rows >= FEWEST_ROWS) {
    const known: string[] = [];
    for (const piece of pieces) known.push(await countsOf(run, piece, name));
    const each = known.map((json) => `SELECT unnest(from_json(${literal(json)}, '[["VARCHAR"]]')) AS c`);
    counts = `SELECT CAST(c[1] AS ${duckdbType(column.type)}) AS p, CAST(sum(CAST(c[2] AS BIGINT)) AS BIGINT) AS n
      FROM (${each.join(' UNION ALL ')}) GROUP BY 1`;
  }
  await run(`CREATE OR REPLACE TEMP TABLE ${TEXTS} AS ${counts}`);
  return TEXTS;
}

/** The values of a piece with their counts, as JSON. */
async function countsOf(run: Run, { relation, known }: Piece, name: string): Promise<string> {
  const asked = (from: string) =>
    `SELECT CAST(${name} AS VARCHAR), CAST(count(*) AS VARCHAR) ${from} WHERE ${name} IS NOT NULL GROUP BY ${name} ORDER BY 1`;
  const answer = known.get(asked(''));
  if (answer != null) return answer;
  const found = JSON.stringify(await run(asked(`FROM ${relation}`)));
  known.put(asked(''), found);
  return found;
}
