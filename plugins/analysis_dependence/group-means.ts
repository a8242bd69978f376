import {
  type AnalysisOfVariance,
  analysisOfVariance,
  type Context,
  type EvidenceHandle,
  fraction,
  fTail,
  type GroupSums,
  identifier,
  type QueryHandle,
  rational,
  rationalToNumber,
  welchAnova,
} from '../../src/sdk/index.ts';
import { type CategoryColumn, decimalSql, type NumericColumn, type Subject } from './subject.ts';

/** A level with the exact sums of a measure in it. */
export interface LevelValues extends GroupSums {
  readonly level: string;
}

/** One-way analysis of variance of a measure by a category. */
export interface GroupMeans {
  readonly levels: readonly LevelValues[];
  readonly anova: AnalysisOfVariance;
  /** Of F; null where F is undefined. */
  readonly p_value: number | null;
  /** Of Welch's F, which does not take the spread of the levels for equal. */
  readonly welch_p_value: number;
  readonly evidence: EvidenceHandle;
}

export type GroupMeansOf = (measure: NumericColumn, category: CategoryColumn) => GroupMeans;

/**
 * Exact sums and sums of squares by level: in one query where DuckDB's arithmetic is exact for the numbers of the table,
 * else from the engine's own accumulators.
 */
export async function readGroupMeans(ctx: Context, subject: Subject): Promise<GroupMeansOf> {
  const { measures, categories } = subject;
  if (measures.length === 0 || categories.length === 0) {
    return () => {
      throw new RangeError('there is nothing to group');
    };
  }
  const easy = measures.filter(({ decimal }) => decimal !== undefined);
  const query = easy.length === 0 ? undefined : await ctx.query(squaresSql(categories, easy));
  const hard = measures.filter(({ decimal }) => decimal === undefined);
  const exact = new Map<string, Awaited<ReturnType<typeof ctx.exact>>>();
  for (const { sqlName } of hard.length === 0 ? [] : categories) {
    const columns = hard.map(({ column }) => column);
    exact.set(sqlName, await ctx.exact({ kind: 'squares', columns, groupBy: [sqlName] }));
  }
  return (measure, category) => {
    const at = easy.indexOf(measure);
    if (query !== undefined && at >= 0) {
      return meansOf(levelsInQuery(query, at, categories.indexOf(category)), query);
    }
    const handle = exact.get(category.sqlName);
    if (handle === undefined) throw new RangeError(`${category.sqlName} was not grouped by`);
    const groups = Array.from({ length: handle.groups }, (_, group) => group);
    const levels = groups.flatMap((group): LevelValues[] => {
      const level = handle.key(group)[0] ?? null;
      const sum = handle.fraction(group, measure.column, 'sum');
      const squares = handle.fraction(group, measure.column, 'sum_of_squares');
      if (level === null || sum === null || squares === null) return [];
      return [{ level, n: handle.number(group, measure.column, 'n') ?? 0, sum, squares }];
    });
    return meansOf(levels, handle);
  };
}

function squaresSql(categories: readonly CategoryColumn[], measures: readonly NumericColumn[]): string {
  const labels = categories.flatMap(({ sqlName }, i) => [
    `1 AS in_c${i}`,
    `CAST(${identifier(sqlName)} AS VARCHAR) AS c${i}`,
  ]);
  const values = measures.map((measure, i) => `${decimalSql(measure)} AS m${i}`);
  const keys = categories.flatMap((_, i) => [`in_c${i}`, `c${i}`]);
  const sums = measures.flatMap((_, i) => [
    `count(m${i}) AS n${i}`,
    `sum(m${i}) AS sum${i}`,
    `sum(m${i} * m${i}) AS squares${i}`,
  ]);
  const sets = categories.map((_, i) => `(in_c${i}, c${i})`);
  return `SELECT ${[...keys, ...sums].join(', ')} FROM (SELECT ${[...labels, ...values].join(', ')} FROM data) AS labelled
GROUP BY GROUPING SETS (${sets.join(', ')})`;
}

function levelsInQuery(query: QueryHandle, measure: number, category: number): readonly LevelValues[] {
  return query.rows.flatMap((_, row): LevelValues[] => {
    const level = query.text(row, `c${category}`);
    const sum = query.text(row, `sum${measure}`);
    const squares = query.text(row, `squares${measure}`);
    if (query.text(row, `in_c${category}`) === null || level === null) return [];
    if (sum === null || squares === null) return [];
    return [
      { level, n: query.number(row, `n${measure}`) ?? 0, sum: fraction(sum), squares: fraction(squares) },
    ];
  });
}

function meansOf(levels: readonly LevelValues[], evidence: EvidenceHandle): GroupMeans {
  const anova = analysisOfVariance(levels);
  const [df1, df2] = anova.degrees_of_freedom;
  return {
    levels,
    anova,
    p_value: anova.f === null ? null : fTail(anova.f, df1, df2),
    welch_p_value: welchAnova(anova.standardized).p_value,
    evidence,
  };
}

/** The mean of a level, rounded once. */
export function meanOf({ n, sum }: GroupSums): number {
  return rationalToNumber(rational(sum.numerator, sum.denominator * BigInt(Math.max(1, n))));
}
