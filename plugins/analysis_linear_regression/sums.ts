import {
  type Context,
  type EvidenceHandle,
  fraction,
  identifier,
  type QueryHandle,
  type Rational,
  rational,
  termName,
} from '../../src/sdk/index.ts';
import type { NumericColumn } from './columns.ts';
import { type Factor, freeName, type LevelTerm, type PowerTerm, type Terms } from './terms.ts';

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

/** Reads the sums of all moments in one go, by half. */
export async function readSums(ctx: Context, terms: Terms, halfSql: string): Promise<ModelSums> {
  const half = freeName(ctx, 'half_of_rows');
  await ctx.derive(half, halfSql);
  const { measures, factors } = terms;
  const degrees = measures.map((measure) =>
    Math.max(1, ...terms.powers.filter(({ variable }) => variable === measure).map(({ power }) => power)),
  );
  const powers = measures.flatMap((variable, i) =>
    Array.from({ length: degrees[i] ?? 1 }, (_, k): PowerTerm => ({ kind: 'power', variable, power: k + 1 })),
  );
  const moments: Moment[] = [...powers, ...factors.flatMap(({ levels }) => levels)];
  const complete = completeSql(measures, factors);
  const columns = measures.map(({ column }) => column);
  const numbers = await ctx.exact({
    kind: 'cross_products',
    columns,
    degrees,
    groupBy: [half],
    ...(factors.length > 0 && { where: complete }),
  });
  const byLevel =
    factors.length === 0 ? undefined : await readLevelSums(ctx, { terms, powers, half, complete });
  const of = (wanted: string): Sums => {
    const group = Array.from({ length: numbers.groups }, (_, i) => i).find(
      (i) => numbers.key(i)[0] === wanted,
    );
    const name = (at: number) => nameOf(powers[at]);
    const get = (key: string, statistic: string): Rational =>
      (group === undefined ? null : numbers.fraction(group, key, statistic)) ?? ZERO;
    const n = group === undefined ? 0 : (numbers.number(group, name(0), 'n') ?? 0);
    const level = (at: number) => moments[at] as LevelTerm;
    return memoized(moments.length, {
      n,
      sum: (at) =>
        at < powers.length ? get(name(at), 'sum') : rational(BigInt(byLevel?.count(wanted, level(at)) ?? 0)),
      product(a, b) {
        if (b < powers.length) return get(`${name(a)}*${name(b)}`, 'sum_of_products');
        if (a < powers.length) return byLevel?.sum(wanted, level(b), a) ?? ZERO;
        return rational(BigInt(byLevel?.joint(wanted, level(a), level(b)) ?? 0));
      },
    });
  };
  const [first, second] = [of('1'), of('2')];
  const evidence = [numbers, ...(byLevel?.evidence ?? [])];
  return { moments, whole: added(first, second), first, second, evidence, complete, half };
}

const ZERO = rational(0n);

function nameOf(term: PowerTerm | undefined): string {
  return term === undefined ? '' : termName(term.variable.column, term.power);
}

function completeSql(measures: readonly NumericColumn[], factors: readonly Factor[]): string {
  const columns = [...measures.map(({ column }) => column), ...factors.map(({ code }) => code)];
  return columns.map((column) => `${identifier(column)} IS NOT NULL`).join(' AND ');
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

interface LevelSums {
  count(half: string, level: LevelTerm): number;
  /** Of the power at a position. */
  sum(half: string, level: LevelTerm, power: number): Rational | undefined;
  joint(half: string, a: LevelTerm, b: LevelTerm): number;
  readonly evidence: readonly EvidenceHandle[];
}

interface Asked {
  readonly terms: Terms;
  readonly powers: readonly PowerTerm[];
  readonly half: string;
  readonly complete: string;
}

/** Rows, and sums of the powers, in each level; rows in each two levels of different factors. */
async function readLevelSums(ctx: Context, asked: Asked): Promise<LevelSums> {
  const { factors } = asked.terms;
  const isPlain = ({ variable, power }: PowerTerm) => power === 1 && variable.scale !== undefined;
  const plain = asked.powers.flatMap((term, at) => (isPlain(term) ? [at] : []));
  const query = await ctx.query(levelsSql(asked, plain));
  const lines = new Map(query.rows.map((_, row) => [keyOfLine(query, row, factors.length), row]));
  const lineOf = (half: string, ...levels: readonly LevelTerm[]) => {
    const codes = factors.map((factor) => {
      const level = levels.find((one) => factor.levels.includes(one));
      return level === undefined ? '' : String(factor.levels.indexOf(level) + 1);
    });
    return lines.get([half, ...codes].join('\n'));
  };
  const others = await readOtherSums(
    ctx,
    asked,
    asked.powers.filter((term) => !isPlain(term)),
  );
  const countIn = (row: number | undefined) => (row === undefined ? 0 : (query.number(row, 'n') ?? 0));
  return {
    evidence: [query, ...others.evidence],
    count: (half, level) => countIn(lineOf(half, level)),
    joint(half, a, b) {
      if (a === b) return countIn(lineOf(half, a));
      return factors.some(({ levels }) => levels.includes(a) && levels.includes(b))
        ? 0
        : countIn(lineOf(half, a, b));
    },
    sum(half, level, power) {
      const term = asked.powers[power];
      if (term === undefined || !isPlain(term)) return term && others.sum(half, level, term);
      const row = lineOf(half, level);
      const cell = row === undefined ? null : query.text(row, `s${power}`);
      return cell === null ? ZERO : fraction(cell);
    },
  };
}

function levelsSql({ terms, powers, half, complete }: Asked, plain: readonly number[]): string {
  const { factors } = terms;
  const codes = factors.map(({ code }, i) => `${identifier(code)} AS f${i}`);
  const sums = plain.map((at) => `sum(${identifier(powers[at]?.variable.column ?? '')}) AS s${at}`);
  const pairs = factors.flatMap((_, i) => factors.slice(i + 1).map((__, k) => [i, i + 1 + k] as const));
  const sets = [...factors.map((_, i) => `(half, f${i})`), ...pairs.map(([i, j]) => `(half, f${i}, f${j})`)];
  const columns = powers.flatMap(({ variable }, at) =>
    plain.includes(at) ? [identifier(variable.column)] : [],
  );
  const keys = factors.map((_, i) => `f${i}`);
  return `SELECT ${['half', ...keys, 'count(*) AS n', ...sums].join(', ')}
FROM (SELECT ${[`${identifier(half)} AS half`, ...codes, ...columns].join(', ')} FROM data WHERE ${complete}) AS complete_rows
GROUP BY GROUPING SETS (${sets.join(', ')})`;
}

function keyOfLine(query: QueryHandle, row: number, factors: number): string {
  const codes = Array.from({ length: factors }, (_, i) => query.text(row, `f${i}`) ?? '');
  return [query.text(row, 'half') ?? '', ...codes].join('\n');
}

/** Sums of doubles and of higher powers, by the engine's own accumulators. */
async function readOtherSums(ctx: Context, { terms, half, complete }: Asked, powers: readonly PowerTerm[]) {
  const measures = [...new Set(powers.map(({ variable }) => variable))];
  const found = new Map<Factor, Awaited<ReturnType<typeof ctx.exact>>>();
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
    sum(wanted: string, level: LevelTerm, term: PowerTerm): Rational {
      const factor = terms.factors.find(({ levels }) => levels.includes(level));
      const exact = factor && found.get(factor);
      if (factor === undefined || exact === undefined) return ZERO;
      const code = String(factor.levels.indexOf(level) + 1);
      const groups = Array.from({ length: exact.groups }, (_, i) => i);
      const group = groups.find((i) => exact.key(i)[0] === wanted && exact.key(i)[1] === code);
      return group === undefined ? ZERO : (exact.fraction(group, nameOf(term), 'sum') ?? ZERO);
    },
  };
}
