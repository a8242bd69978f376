import {
  type EvidenceHandle,
  type GroupSummary,
  identifier,
  literal,
  type Stratum,
  stratifiedDifference,
} from '../../src/sdk/index.ts';
import type { Plan } from './plan.ts';
import type { FoundChange } from './series-study.ts';
import { finite, type Series } from './series-table.ts';

/** How a change looks within the levels of the category that explains most of it by its mixture. */
export interface Mixture {
  readonly category: string;
  /** Rows above the common median after the change less before, in percentage points: of all rows, and within levels. */
  readonly crude: number;
  readonly within: number;
  readonly verdict: 'stays' | 'shrinks' | 'reverses';
  readonly handle: EvidenceHandle;
}

/** Categories looked at, and levels that one may have. */
const MOST_CATEGORIES = 12;
const MOST_LEVELS = 200;

/** Share of the rows that must lie in levels which occur on both sides. */
const LEAST_COMPARED = 0.5;

/**
 * Compares the segments beside a change within the levels of each category (Simpson): a level of a measure also changes
 * when other kinds of rows come in. By the share of rows above the median of both segments, which no outlier moves.
 * Undefined of counts, and where no category can be compared.
 */
export async function readMixture(
  plan: Plan,
  series: Series,
  change: FoundChange,
): Promise<Mixture | undefined> {
  if (series.summary.kind === 'rows') return undefined;
  const categories = (await fewLevelled(plan)).filter((name) => name !== series.summary.within?.column);
  if (categories.length === 0) return undefined;
  const handle = await plan.ctx.query(
    mixtureSql(plan, series, series.summary.measure.sqlName, change, categories),
  );
  const number = (row: number, column: string) => handle.number(row, column) ?? 0;
  const found = categories.flatMap((category, i): Mixture[] => {
    const rows = handle.rows.flatMap((_, row) => (number(row, 'category') === i ? [row] : []));
    const strata = rows.map(
      (row): Stratum => ({
        stratum: handle.text(row, 'level') ?? '',
        inGroup: shareSummary(number(row, 'rows_after'), number(row, 'above_after')),
        rest: shareSummary(number(row, 'rows_before'), number(row, 'above_before')),
      }),
    );
    const { crude, difference, reversed } = stratifiedDifference(strata);
    const isComparable = comparedShare(strata) >= LEAST_COMPARED && crude * change.shift > 0;
    if (!isComparable || Number.isNaN(difference)) return [];
    const verdict = reversed ? 'reverses' : Math.abs(difference) < Math.abs(crude) / 2 ? 'shrinks' : 'stays';
    return [{ category, crude: crude * 100, within: difference * 100, verdict, handle }];
  });
  return found.sort((a, b) => a.within / a.crude - b.within / b.crude)[0];
}

async function fewLevelled({ ctx, categories }: Plan): Promise<string[]> {
  const first = categories.slice(0, MOST_CATEGORIES);
  if (first.length === 0) return [];
  const counts = first.map((name, i) => `count(DISTINCT ${identifier(name)}) AS levels${i}`);
  const handle = await ctx.query(`SELECT ${counts.join(', ')} FROM data`);
  return first.filter((_, i) => {
    const levels = handle.number(0, `levels${i}`) ?? 0;
    return levels > 1 && levels <= MOST_LEVELS;
  });
}

/** Per category and level: rows with a value before and after the change, and how many lie above the common median. */
function mixtureSql(
  { axis }: Plan,
  { ordinals, condition, summary: { within } }: Series,
  measure: string,
  change: FoundChange,
  categories: readonly string[],
): string {
  const ordinal = (index: number) => ordinals[index] ?? 0;
  const levels = categories.map((name, i) => `CAST(${identifier(name)} AS VARCHAR) AS c${i}`);
  const own =
    within === undefined
      ? ''
      : ` WHERE CAST(${identifier(within.column)} AS VARCHAR) = ${literal(within.value)}`;
  const counted = (i: number) => `SELECT ${i} AS category, c${i} AS level,
  count_if(NOT is_after) AS rows_before, count_if(NOT is_after AND m > cut) AS above_before,
  count_if(is_after) AS rows_after, count_if(is_after AND m > cut) AS above_after
FROM sides WHERE c${i} IS NOT NULL GROUP BY c${i}`;
  return `WITH placed AS (
  SELECT ${axis.sql} AS stretch, ${finite(measure)} AS m, ${levels.join(', ')} FROM data${own}
), inside AS (
  SELECT *, ${axis.ordinalSql('stretch')} >= ${ordinal(change.at)} AS is_after FROM placed
  WHERE m IS NOT NULL AND ${axis.ordinalSql('stretch')} BETWEEN ${ordinal(change.earlier.from)} AND ${ordinal(change.later.to - 1)}${condition === undefined ? '' : ` AND ${condition}`}
), sides AS (
  SELECT *, (SELECT median(m) FROM inside) AS cut FROM inside
), counted AS (
  ${categories.map((_, i) => counted(i)).join('\n  UNION ALL ')}
)
SELECT category, level, rows_before, above_before, rows_after, above_after FROM counted ORDER BY category, level`;
}

function shareSummary(n: number, above: number): GroupSummary {
  const mean = n > 0 ? above / n : 0;
  return { n, mean, variance: n > 1 ? (mean * (1 - mean) * n) / (n - 1) : 0 };
}

function comparedShare(strata: readonly Stratum[]): number {
  const all = strata.reduce((sum, { inGroup, rest }) => sum + inGroup.n + rest.n, 0);
  const both = strata.filter(({ inGroup, rest }) => inGroup.n > 0 && rest.n > 0);
  return both.reduce((sum, { inGroup, rest }) => sum + inGroup.n + rest.n, 0) / Math.max(1, all);
}
