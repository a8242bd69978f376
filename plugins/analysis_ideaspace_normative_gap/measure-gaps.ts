import { normalQuantile, normalTail, type QueryHandle } from '../../src/sdk/index.ts';

/** How far the runs of one job and window are from those of its best cohort; times in microseconds. */
export interface Gap {
  readonly dimension: string;
  readonly name: string;
  readonly window: string;
  /** Rows of the leads: on the even days and on the odd ones, each by the cohort that was best on the others. */
  readonly rows: readonly number[];
  readonly best: readonly string[];
  readonly bestRuns: number;
  readonly bestMean: number;
  readonly otherRuns: number;
  readonly otherMean: number;
  /** Wait beyond that of the best cohort, summed over the other runs, with the interval of `LEVEL`. */
  readonly beyond: number;
  readonly low: number;
  readonly high: number;
  readonly p_value: number;
  readonly halves: readonly { readonly estimate: number; readonly p_value: number }[];
}

export const LEVEL = 0.95;

/** Every job, window and dimension that both kinds of days have a lead of. */
export function measureGaps(leads: QueryHandle): Gap[] {
  const groups = Map.groupBy(leads.rows.keys(), (row) =>
    JSON.stringify(['dimension', 'name', 'close_window'].map((column) => leads.text(row, column))),
  );
  return [...groups.values()]
    .map((rows) => rows.map((row) => leadOf(leads, row)))
    .filter((halves) => halves.length === 2 && halves.every(({ n, m }) => n > 0 && m > 0))
    .map((halves) => gapOf(leads, halves));
}

interface Lead {
  readonly row: number;
  /** Runs and wait of the best cohort, and of the others. */
  readonly n: number;
  readonly sum: number;
  readonly m: number;
  readonly others: number;
  readonly beyond: number;
  readonly variance: number;
}

function gapOf(leads: QueryHandle, halves: readonly Lead[]): Gap {
  const total = (of: (lead: Lead) => number) => halves.reduce((sum, lead) => sum + of(lead), 0);
  const [beyond, error] = [total(({ beyond }) => beyond), Math.sqrt(total(({ variance }) => variance))];
  const margin = -normalQuantile((1 - LEVEL) / 2) * error;
  const [bestRuns, otherRuns] = [total(({ n }) => n), total(({ m }) => m)];
  const row = halves[0]?.row ?? 0;
  return {
    dimension: leads.text(row, 'dimension') ?? '',
    name: leads.text(row, 'name') ?? '',
    window: leads.text(row, 'close_window') ?? '',
    rows: halves.map((lead) => lead.row),
    best: halves.map((lead) => leads.text(lead.row, 'best') ?? ''),
    bestRuns,
    bestMean: total(({ sum }) => sum) / bestRuns,
    otherRuns,
    otherMean: total(({ others }) => others) / otherRuns,
    beyond,
    low: beyond - margin,
    high: beyond + margin,
    p_value: pOf(beyond, error),
    halves: halves.map((lead) => ({
      estimate: lead.beyond,
      p_value: pOf(lead.beyond, Math.sqrt(lead.variance)),
    })),
  };
}

/**
 * How much longer the others wait than the best cohort, in all of them. Its variance is that of a difference of two ratio
 * estimators with days as clusters, linearised: the sum over days of (s₂ − m₂n₂)/N₂ − (s₁ − m₁n₁)/N₁ squared, times D / (D − 1).
 */
function leadOf(leads: QueryHandle, row: number): Lead {
  const of = (column: string) => leads.number(row, column) ?? 0;
  const [n, sum, m, others, days] = [of('best_n'), of('best_us'), of('other_n'), of('other_us'), of('days')];
  const [a, b] = [sum / n, others / m];
  const own = of('s1s1') - 2 * a * of('n1s1') + a * a * of('n1n1');
  const rest = of('s2s2') - 2 * b * of('n2s2') + b * b * of('n2n2');
  const both = of('s1s2') - b * of('s1n2') - a * of('n1s2') + a * b * of('n1n2');
  const squares = rest / (m * m) + own / (n * n) - (2 * both) / (n * m);
  const variance = days > 1 ? (Math.max(0, squares) * days) / (days - 1) : Number.POSITIVE_INFINITY;
  return { row, n, sum, m, others, beyond: m * (b - a), variance: m * m * variance };
}

/** Two-sided. */
function pOf(value: number, error: number): number {
  if (error === 0) return value === 0 ? 1 : 0;
  return Math.min(1, 2 * normalTail(Math.abs(value) / error));
}
