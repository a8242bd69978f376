import {
  type Context,
  type EvidenceHandle,
  identifier,
  type Rational,
  rational,
} from '../../src/sdk/index.ts';
import { type Asked, productDigitsOf, readCellSums, ZERO } from './cell-sums.ts';
import type { NumericColumn } from './columns.ts';
import { exactTotals, otherLevelSums } from './exact-sums.ts';
import { degreesOf, type Factor, freeName, type LevelTerm, type PowerTerm, type Terms } from './terms.ts';

/** Exact sums over the rows that have every column: of each moment, and of the products of every two. */
export interface Sums {
  readonly n: number;
  readonly sums: readonly Rational[];
  product(a: number, b: number): Rational;
}

/** What sums are made of: powers of measures (targets among them), then levels. */
export type Moment = PowerTerm | LevelTerm;

export interface ModelSums {
  readonly moments: readonly Moment[];
  readonly whole: Sums;
  readonly first: Sums;
  readonly second: Sums;
  readonly evidence: readonly EvidenceHandle[];
  /** A condition that holds in the rows that were used. */
  readonly complete: string;
  /** The derived column that says which half a row is in. */
  readonly half: string;
}

/** Reads the sums of all moments, by half: with one query where DuckDB adds them up without rounding. */
export async function readSums(ctx: Context, terms: Terms, halfSql: string): Promise<ModelSums> {
  const half = freeName(ctx, 'half_of_rows');
  await ctx.derive(half, halfSql);
  const { measures, factors } = terms;
  const degrees = degreesOf(terms);
  const powers = measures.flatMap((variable, i) =>
    Array.from({ length: degrees[i] ?? 1 }, (_, k): PowerTerm => ({ kind: 'power', variable, power: k + 1 })),
  );
  const moments: Moment[] = [...powers, ...factors.flatMap(({ levels }) => levels)];
  const complete = completeSql(ctx, measures, factors);
  const asked: Asked = { terms, powers, half, complete };
  const digits = productDigitsOf(ctx, asked);
  const cells = await readCellSums(ctx, asked, digits);
  const totals = digits ? cells : await exactTotals(ctx, asked);
  const others = await otherLevelSums(ctx, asked);
  const of = (wanted: string): Sums => {
    const level = (at: number) => moments[at] as LevelTerm;
    return memoized(moments.length, {
      n: totals.n(wanted),
      sum: (at) =>
        at < powers.length ? totals.sum(wanted, at) : rational(BigInt(cells.count(wanted, level(at)))),
      product(a, b) {
        if (b < powers.length) return totals.product(wanted, a, b);
        if (a >= powers.length) return rational(BigInt(cells.joint(wanted, level(a), level(b))));
        return cells.sumIn(wanted, level(b), a) ?? others.sumIn(wanted, level(b), a) ?? ZERO;
      },
    });
  };
  const [first, second] = [of('1'), of('2')];
  const evidence = [
    ...(digits ? [] : totals.evidence),
    ...(digits || factors.length > 0 ? cells.evidence : []),
    ...others.evidence,
  ];
  return { moments, whole: added(first, second), first, second, evidence, complete, half };
}

/** Only columns that miss a value in some row are asked for. */
function completeSql(ctx: Context, measures: readonly NumericColumn[], factors: readonly Factor[]): string {
  const columns = [
    ...measures.map(({ column, n }) => ({ column, n })),
    ...factors.map(({ variable }) => ({ column: variable.sqlName, n: variable.n })),
  ];
  const withGaps = columns.filter(({ n }) => n < ctx.rowCount);
  return withGaps.map(({ column }) => `${identifier(column)} IS NOT NULL`).join(' AND ') || 'true';
}

interface LazySums {
  readonly n: number;
  sum(at: number): Rational;
  /** With a ≤ b. */
  product(a: number, b: number): Rational;
}

function memoized(size: number, { n, sum, product }: LazySums): Sums {
  const known = new Map<number, Rational>();
  return {
    n,
    sums: Array.from({ length: size }, (_, at) => sum(at)),
    product(a, b) {
      const [i, j] = a < b ? [a, b] : [b, a];
      const value = known.get(i * size + j) ?? product(i, j);
      known.set(i * size + j, value);
      return value;
    },
  };
}

function added(one: Sums, other: Sums): Sums {
  return memoized(one.sums.length, {
    n: one.n + other.n,
    sum: (at) => plus(one.sums[at] ?? ZERO, other.sums[at] ?? ZERO),
    product: (a, b) => plus(one.product(a, b), other.product(a, b)),
  });
}

function plus(a: Rational, b: Rational): Rational {
  if (a.denominator === b.denominator) return rational(a.numerator + b.numerator, a.denominator);
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}
