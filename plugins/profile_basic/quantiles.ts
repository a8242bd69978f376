import {
  type Context,
  countedValuesSql,
  type DerivationHandle,
  identifier,
  interpolate,
  type QueryHandle,
  quantilePosition,
} from '../../src/sdk/index.ts';

type Column = Context['schema'][number];

const PROBABILITIES = ['0.01', '0.05', '0.1', '0.25', '0.5', '0.75', '0.9', '0.95', '0.99'];

/** Name of a quantile's value: `quantile_25`; `median` for one half. */
export function quantileName(probability: string): string {
  return probability === '0.5' ? 'median' : `quantile_${probability.slice(2).padEnd(2, '0')}`;
}

export const QUANTILE_NAMES = PROBABILITIES.map(quantileName);

/**
 * Quantiles of a measure, type 7 of Hyndman and Fan: a query yields the order statistics on both sides, and the
 * interpolation, which what comes back tells of, is exact, rounded once. `n` counts the finite values (at least one).
 */
export async function askQuantiles(
  ctx: Context,
  column: Column,
  n: number,
  few: boolean,
): Promise<() => DerivationHandle> {
  const positions = PROBABILITIES.map((probability) => ({
    probability,
    ...quantilePosition(n, probability),
  }));
  const ranks = [...new Set(positions.flatMap(({ low, high }) => [low, high]))].sort((a, b) => a - b);
  const query = await ctx.query(few ? countedRanks(column, ranks) : sortedRanks(column, ranks, n));
  const at = (rank: number): string => {
    const text = query.text(0, rankName(rank));
    if (text === null) throw new Error(`order statistic ${rank} of ${column.sql_name} is missing`);
    return text;
  };
  const kind = column.type.kind === 'double' ? 'double' : 'decimal';
  const values = positions.map(({ probability, low, high, weight }) => {
    const { value, exact } = interpolate(at(low), at(high), weight, kind);
    return [quantileName(probability), exact ?? value] as const;
  });
  return () =>
    ctx.derivation({
      method:
        'quantile between two order statistics, type 7 of Hyndman and Fan (1996): x(low) + weight (x(high) - x(low)) at (n - 1) p',
      parameters: { n, probabilities: PROBABILITIES },
      values: Object.fromEntries(values),
      inputs: [query],
    });
}

function rankName(rank: number): string {
  return `x_${rank + 1}`;
}

/** Order statistics by rank (from 0): `quantile_disc` at the middle of a rank's step can't miss it by rounding. */
function sortedRanks(column: Column, ranks: readonly number[], n: number): string {
  const name = identifier(column.sql_name);
  const fractions = ranks.map((rank) => (rank + 0.5) / n);
  const where = column.type.kind === 'double' ? ` WHERE isfinite(${name})` : '';
  return `WITH ranked AS (SELECT quantile_disc(${name}, [${fractions.join(', ')}]) AS x FROM data${where})
SELECT ${ranks.map((rank, i) => `x[${i + 1}] AS ${rankName(rank)}`).join(', ')} FROM ranked`;
}

/** The same from the values with their counts, which takes a tenth of the time where a few come back again and again. */
function countedRanks(column: Column, ranks: readonly number[]): string {
  const at = ranks.map((rank) => `min(value) FILTER (WHERE up_to > ${rank}) AS ${rankName(rank)}`);
  return `${countedUpTo(column, column.type.kind === 'double' ? 'isfinite(value)' : 'value IS NOT NULL')}
SELECT ${at.join(', ')} FROM ranked`;
}

/** Each value with the number of rows that hold it or a lower one. */
function countedUpTo({ sql_name }: Column, where: string): string {
  return `WITH counted AS (
  ${countedValuesSql(sql_name)}
), ranked AS (
  SELECT value, sum(value_rows) OVER (ORDER BY value) AS up_to FROM counted WHERE ${where}
)`;
}

/** Quartiles of times by nearest rank (type 1): instants that occur in the table. */
export function queryTimeQuartiles(ctx: Context, column: Column, few: boolean): Promise<QueryHandle> {
  return ctx.query(few ? countedQuartiles(column) : sortedQuartiles(column));
}

const QUARTILES = ['first_quartile', 'median', 'third_quartile'];

function sortedQuartiles(column: Column): string {
  return `WITH ranked AS (SELECT quantile_disc(${identifier(column.sql_name)}, [0.25, 0.5, 0.75]) AS q FROM data)
SELECT ${QUARTILES.map((name, i) => `q[${i + 1}] AS ${name}`).join(', ')} FROM ranked`;
}

function countedQuartiles(column: Column): string {
  const at = QUARTILES.map(
    (name, i) => `min(value) FILTER (WHERE 4 * up_to >= ${i + 1} * present_rows) AS ${name}`,
  );
  return `${countedUpTo(column, 'value IS NOT NULL')}
SELECT ${at.join(', ')}
FROM (SELECT value, up_to, max(up_to) OVER () AS present_rows FROM ranked) AS all_ranked`;
}
