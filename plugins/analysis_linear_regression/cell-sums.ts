import {
  type Context,
  type EvidenceHandle,
  fraction,
  identifier,
  productDigits,
  type QueryHandle,
  type Rational,
  rational,
} from '../../src/sdk/index.ts';
import type { LevelTerm, PowerTerm, Terms } from './terms.ts';

/** Which rows and what is summed. */
export interface Asked {
  readonly terms: Terms;
  /** Powers of measures, targets among them. */
  readonly powers: readonly PowerTerm[];
  /** The derived column that says which half a row is in. */
  readonly half: string;
  /** A condition that holds in the rows that are used. */
  readonly complete: string;
}

/** By half, `1` or `2`: rows, and exact sums of powers, by position, and of their products. */
export interface Totals {
  n(half: string): number;
  sum(half: string, power: number): Rational;
  product(half: string, a: number, b: number): Rational;
  readonly evidence: readonly EvidenceHandle[];
}

/** By half and level: rows, in each level and in each two of different factors, and sums of powers. */
export interface LevelSums {
  count(half: string, level: LevelTerm): number;
  joint(half: string, a: LevelTerm, b: LevelTerm): number;
  /** Undefined for a power that is not summed here. */
  sumIn(half: string, level: LevelTerm, power: number): Rational | undefined;
  readonly evidence: readonly EvidenceHandle[];
}

export const ZERO = rational(0n);

/** Digits to multiply two powers in, by position. */
type Digits = (a: number, b: number) => number;

/** Cells of a result that are still few. */
const MOST_CELLS = 1_000_000;

/** Digits in which DuckDB multiplies all measures and adds up without rounding; undefined where none suffice. */
export function productDigitsOf(ctx: Context, { terms, powers }: Asked): Digits | undefined {
  const levels = terms.factors.reduce((sum, factor) => sum + factor.levels.length + 1, 0);
  const pairs = powers.length * (powers.length + 1);
  if ((1 + levels + levels ** 2 / 2) * pairs > MOST_CELLS) return undefined;
  const digitsOf = (a: number, b: number) => {
    const [x, y] = [powers[a], powers[b]].map((one) =>
      one && isPlain(one) ? one.variable.range : undefined,
    );
    return x && y && productDigits(x, y, ctx.rowCount);
  };
  const fits = powers.every((_, a) => powers.every((__, b) => digitsOf(a, b) !== undefined));
  return fits ? (a, b) => digitsOf(a, b) ?? Number.NaN : undefined;
}

/** Whether DuckDB sums it without rounding: integers and decimals, not their higher powers. */
export function isPlain({ variable, power }: PowerTerm): boolean {
  return power === 1 && variable.range !== undefined;
}

/** Adds up the rows by half and all factors at once, then these sums by each factor and by each two. */
export async function readCellSums(
  ctx: Context,
  asked: Asked,
  digits: Digits | undefined,
): Promise<Totals & LevelSums> {
  const { powers, terms } = asked;
  const { factors } = terms;
  if (factors.length === 0 && digits === undefined) return NOTHING;
  const query = await ctx.query(cellsSql(asked, digits));
  const lines = new Map(query.rows.map((_, row) => [keyOfLine(query, row, factors.length), row]));
  const lineOf = (half: string, ...levels: readonly LevelTerm[]) => {
    const codes = factors.map((factor) => {
      const level = levels.find((one) => factor.levels.includes(one));
      return level === undefined ? '' : String(factor.levels.indexOf(level) + 1);
    });
    return lines.get([half, ...codes].join('\n'));
  };
  const countIn = (row: number | undefined) => (row === undefined ? 0 : (query.number(row, 'n') ?? 0));
  const cellIn = (row: number | undefined, name: string): Rational => {
    const cell = row === undefined ? null : query.text(row, name);
    return cell === null ? ZERO : fraction(cell);
  };
  return {
    evidence: [query],
    n: (half) => countIn(lineOf(half)),
    sum: (half, power) => cellIn(lineOf(half), `s${power}`),
    product: (half, a, b) => cellIn(lineOf(half), `p${a}_${b}`),
    count: (half, level) => countIn(lineOf(half, level)),
    joint(half, a, b) {
      if (a === b) return countIn(lineOf(half, a));
      return factors.some(({ levels }) => levels.includes(a) && levels.includes(b))
        ? 0
        : countIn(lineOf(half, a, b));
    },
    sumIn(half, level, power) {
      const term = powers[power];
      return term && isPlain(term) ? cellIn(lineOf(half, level), `s${power}`) : undefined;
    },
  };
}

const NOTHING: Totals & LevelSums = {
  evidence: [],
  n: () => 0,
  sum: () => ZERO,
  product: () => ZERO,
  count: () => 0,
  joint: () => 0,
  sumIn: () => undefined,
};

function cellsSql({ terms, powers, half, complete }: Asked, digits: Digits | undefined): string {
  const { factors } = terms;
  const plain = powers.flatMap((term, at) => (isPlain(term) ? [at] : []));
  const columnOf = (at: number) => identifier(powers[at]?.variable.column ?? '');
  const factorOf = (at: number, width: number) =>
    `CAST(${columnOf(at)} AS DECIMAL(${width},${powers[at]?.variable.range?.scale ?? 0}))`;
  const products = digits
    ? plain.flatMap((a) =>
        plain
          .filter((b) => b >= a)
          .map((b) => ({
            name: `p${a}_${b}`,
            sql: `${factorOf(a, digits(a, b))} * ${factorOf(b, digits(a, b))}`,
          })),
      )
    : [];
  const sums = [...plain.map((at) => ({ name: `s${at}`, sql: columnOf(at) })), ...products];
  const keys = factors.map((_, i) => `f${i}`);
  const codes = [identifier(half), ...factors.map(({ code }) => identifier(code))];
  const pairs = keys.flatMap((a, i) => keys.slice(i + 1).map((b) => `(half, ${a}, ${b})`));
  const sets = ['(half)', ...keys.map((key) => `(half, ${key})`), ...pairs];
  return `WITH cells AS (SELECT ${[
    ...['half', ...keys].map((key, i) => `${codes[i]} AS ${key}`),
    'count(*) AS n',
    ...sums.map(({ name, sql }) => `sum(${sql}) AS ${name}`),
  ].join(', ')}
FROM data WHERE ${complete} GROUP BY ${codes.join(', ')})
SELECT ${['half', ...keys, 'sum(n) AS n', ...sums.map(({ name }) => `sum(${name}) AS ${name}`)].join(', ')}
FROM cells GROUP BY GROUPING SETS (${sets.join(', ')})`;
}

function keyOfLine(query: QueryHandle, row: number, factors: number): string {
  const codes = Array.from({ length: factors }, (_, i) => query.text(row, `f${i}`) ?? '');
  return [query.text(row, 'half') ?? '', ...codes].join('\n');
}
