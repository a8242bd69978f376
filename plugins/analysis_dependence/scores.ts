import { type Context, columnsToCount, identifier, midrankSql } from '../../src/sdk/index.ts';
import { readCellsPerRow, type ScoredRows } from './cells.ts';
import type { NumericColumn, Subject, Variable } from './subject.ts';

/**
 * Scores of measures: twice the midrank, less n + 1, so that they are integers that add up to 0. `of` is the name of
 * the score of a measure among the rows in which another column has a value, too.
 */
export interface Scores extends ScoredRows {
  /** CTEs, the last of them `scores`, with row identity, `half`, categories as text (`c0` …) and the scores. */
  readonly cte: string;
  of(measure: NumericColumn, other: Variable): string;
  /** The score of a measure among all of its values. */
  own(measure: NumericColumn): string;
  category(sqlName: string): string;
  /** True where some scores are those among all values, since ranking once more would cost too much. */
  readonly simplified: boolean;
}

/** Rows that may be sorted beyond once for each measure, and how often at most: each time takes memory, too. */
const [MOST_SORTED_ROWS, MOST_TIMES] = [12_000_000, 40];

interface Variant {
  readonly name: string;
  readonly measure: NumericColumn;
  readonly other: Variable | undefined;
  /** Rows that are ranked. */
  readonly n: number;
}

/** Plans the scores: a measure is ranked again where another column's gaps leave some of its rows out. */
export async function planScores(ctx: Context, subject: Subject): Promise<Scores> {
  const { measures, categories, rows } = subject;
  const jointOf = await readJointCounts(ctx, subject);
  const base = measures.map(
    (measure, i): Variant => ({ name: `u${i}`, measure, other: undefined, n: measure.n }),
  );
  const wanted = measures.flatMap((measure) =>
    [...measures, ...categories]
      .filter((other) => other !== measure && jointOf(measure, other) < measure.n)
      .map((other) => ({ measure, other, n: jointOf(measure, other) })),
  );
  const affordable = Math.min(MOST_TIMES, Math.floor(MOST_SORTED_ROWS / Math.max(1, rows)));
  const extra = wanted.slice(0, affordable).map((variant, i): Variant => ({ name: `v${i}`, ...variant }));
  const keyOf = (measure: NumericColumn, other?: Variable) => `${measure.sqlName}\n${other?.sqlName ?? ''}`;
  const names = new Map([...base, ...extra].map(({ name, measure, other }) => [keyOf(measure, other), name]));
  const own = (measure: NumericColumn) => names.get(keyOf(measure)) ?? '';
  const few = await columnsToCount(
    ctx,
    measures.map(({ column }) => column),
  );
  return {
    cte: scoresCte(subject, [...base, ...extra], few),
    own,
    of: (measure, other) => names.get(keyOf(measure, other)) ?? own(measure),
    category: (sqlName) => `c${categories.findIndex((column) => column.sqlName === sqlName)}`,
    simplified: extra.length < wanted.length,
    cellsPerRow: await readCellsPerRow(ctx, subject),
  };
}

/** Rows in which both of two columns have a value, asked for only where there are gaps. */
async function readJointCounts(ctx: Context, { measures, categories, rows }: Subject) {
  const columns: readonly Variable[] = [...measures, ...categories];
  const gaps = columns.filter(({ n }) => n < rows);
  const pairs = measures.flatMap((measure) =>
    gaps.filter((other) => other !== measure).map((other) => [measure, other] as const),
  );
  if (pairs.length === 0) return (measure: NumericColumn) => measure.n;
  const items = pairs.map(
    ([a, b], i) =>
      `count_if(${identifier(a.column)} IS NOT NULL AND ${identifier(columnOf(b))} IS NOT NULL) AS n${i}`,
  );
  const counts = await ctx.query(`SELECT ${items.join(', ')} FROM data`);
  const joint = new Map(
    pairs.map(([a, b], i) => [`${a.sqlName}\n${b.sqlName}`, counts.number(0, `n${i}`) ?? 0]),
  );
  return (measure: NumericColumn, other: Variable) =>
    joint.get(`${measure.sqlName}\n${other.sqlName}`) ?? measure.n;
}

/** A variable's column in queries. */
export function columnOf(variable: Variable): string {
  return variable.kind === 'measure' ? variable.column : variable.sqlName;
}

function scoresCte(
  { categories, halves, rows }: Subject,
  variants: readonly Variant[],
  few: ReadonlySet<string>,
): string {
  const labels = categories.map(({ sqlName }, i) => `CAST(${identifier(sqlName)} AS VARCHAR) AS c${i}`);
  const { ctes, joins, items } = midrankSql(
    variants.map(({ name, measure, other, n }) => ({
      name,
      column: measure.column,
      n,
      ...(other && { where: `${identifier(columnOf(other))} IS NOT NULL` }),
    })),
    few,
    { rows },
  );
  const columns = ['_sh_part', '_sh_row_number', `${halves.sql} AS half`, ...labels, ...items];
  const scores = `scores AS (SELECT ${columns.join(',\n  ')}\nFROM data ${joins.join(' ')})`;
  return [...ctes, scores].join(',\n');
}
