import { type Context, type Rational, termName } from '../../src/sdk/index.ts';
import { type Asked, isPlain, type LevelSums, type Totals, ZERO } from './cell-sums.ts';
import { degreesOf, type Factor, type PowerTerm } from './terms.ts';

type Exact = Awaited<ReturnType<Context['exact']>>;

/** Sums of doubles, of higher powers, and of large decimals, by the engine's own accumulators. */
export async function exactTotals(ctx: Context, { terms, powers, half, complete }: Asked): Promise<Totals> {
  const numbers = await ctx.exact({
    kind: 'cross_products',
    columns: terms.measures.map(({ column }) => column),
    degrees: degreesOf(terms),
    groupBy: [half],
    ...(terms.factors.length > 0 && { where: complete }),
  });
  const name = (at: number) => nameOf(powers[at]);
  const get = (wanted: string, key: string, statistic: string): Rational => {
    const group = groupOf(numbers, [wanted]);
    return (group === undefined ? null : numbers.fraction(group, key, statistic)) ?? ZERO;
  };
  return {
    evidence: [numbers],
    n(wanted) {
      const group = groupOf(numbers, [wanted]);
      return group === undefined ? 0 : (numbers.number(group, name(0), 'n') ?? 0);
    },
    sum: (wanted, at) => get(wanted, name(at), 'sum'),
    product: (wanted, a, b) => get(wanted, `${name(a)}*${name(b)}`, 'sum_of_products'),
  };
}

/** Sums in levels of those powers that DuckDB does not sum without rounding. */
export async function otherLevelSums(
  ctx: Context,
  { terms, powers: all, half, complete }: Asked,
): Promise<Pick<LevelSums, 'sumIn' | 'evidence'>> {
  const powers = all.filter((term) => !isPlain(term));
  const measures = [...new Set(powers.map(({ variable }) => variable))];
  const found = new Map<Factor, Exact>();
  for (const factor of powers.length === 0 ? [] : terms.factors) {
    const exact = await ctx.exact({
      kind: 'cross_products',
      columns: measures.map(({ column }) => column),
      degrees: measures.map((measure) =>
        Math.max(...powers.filter(({ variable }) => variable === measure).map(({ power }) => power)),
      ),
      groupBy: [half, factor.code],
      where: complete,
    });
    found.set(factor, exact);
  }
  return {
    evidence: [...found.values()],
    sumIn(wanted, level, power) {
      const factor = terms.factors.find(({ levels }) => levels.includes(level));
      const exact = factor && found.get(factor);
      if (factor === undefined || exact === undefined) return undefined;
      const group = groupOf(exact, [wanted, String(factor.levels.indexOf(level) + 1)]);
      return group === undefined ? ZERO : (exact.fraction(group, nameOf(all[power]), 'sum') ?? ZERO);
    },
  };
}

function groupOf(exact: Exact, key: readonly string[]): number | undefined {
  const groups = Array.from({ length: exact.groups }, (_, group) => group);
  return groups.find((group) => key.every((cell, i) => exact.key(group)[i] === cell));
}

function nameOf(term: PowerTerm | undefined): string {
  return term === undefined ? '' : termName(term.variable.column, term.power);
}
