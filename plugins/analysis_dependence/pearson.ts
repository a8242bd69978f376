import {
  type Context,
  type EvidenceHandle,
  fraction,
  identifier,
  type QueryHandle,
  type Rational,
  rational,
  sqrtToNumber,
} from '../../src/sdk/index.ts';
import { decimalSql, type NumericColumn, nameOfPair } from './subject.ts';

/** Pearson's correlation of two measures; null where it is undefined. */
export interface Pearson {
  readonly r: number | null;
  readonly evidence: EvidenceHandle;
}

type Pair = readonly [NumericColumn, NumericColumn];

/** Pearson's correlations of some pairs: in one query where DuckDB's sums are exact, else from the engine's. */
export async function readPearson(
  ctx: Context,
  pairs: readonly Pair[],
): Promise<(a: NumericColumn, b: NumericColumn) => Pearson> {
  const found = new Map<string, Pearson>();
  const easy = pairs.filter(([a, b]) => a.decimal !== undefined && b.decimal !== undefined);
  if (easy.length > 0) {
    const query = await ctx.query(productsSql(easy));
    for (const [i, [a, b]] of easy.entries()) found.set(nameOfPair(a, b), correlationIn(query, i));
  }
  for (const [a, b] of pairs.filter((pair) => !easy.includes(pair))) {
    const exact = await ctx.exact({ kind: 'products', columns: [a.column, b.column] });
    const r = exact.number(0, `${a.column}*${b.column}`, 'correlation');
    found.set(nameOfPair(a, b), { r, evidence: exact });
  }
  return (a, b) => {
    const known = found.get(nameOfPair(a, b));
    if (known === undefined) throw new RangeError('a pair that was not asked for');
    return known;
  };
}

function productsSql(pairs: readonly Pair[]): string {
  const items = pairs.flatMap(([a, b], i) => {
    const [x, y] = [decimalSql(a), decimalSql(b)];
    const [ofX, ofY] = [whereBoth(x, a, b), whereBoth(y, a, b)];
    return [
      `count(${x} * ${y}) AS n${i}`,
      `sum(${ofX}) AS x${i}`,
      `sum(${ofY}) AS y${i}`,
      `sum(${ofX} * ${x}) AS xx${i}`,
      `sum(${ofY} * ${y}) AS yy${i}`,
      `sum(${x} * ${y}) AS xy${i}`,
    ];
  });
  return `SELECT ${items.join(',\n  ')} FROM data`;
}

function whereBoth(value: string, a: NumericColumn, b: NumericColumn): string {
  return `CASE WHEN ${identifier(a.column)} IS NOT NULL AND ${identifier(b.column)} IS NOT NULL THEN ${value} END`;
}

function correlationIn(query: QueryHandle, pair: number): Pearson {
  const sum = (name: string): Rational => fractionOf(query.text(0, `${name}${pair}`));
  const n = query.bigint(0, `n${pair}`) ?? 0n;
  const mixed = centred(n, sum('xy'), sum('x'), sum('y'));
  const ofX = centred(n, sum('xx'), sum('x'), sum('x'));
  const ofY = centred(n, sum('yy'), sum('y'), sum('y'));
  if (ofX.numerator === 0n || ofY.numerator === 0n) return { r: null, evidence: query };
  const above = mixed.numerator ** 2n * ofX.denominator * ofY.denominator;
  const below = mixed.denominator ** 2n * ofX.numerator * ofY.numerator;
  const size = sqrtToNumber(rational(above, below));
  return { r: mixed.numerator < 0n ? -size : size, evidence: query };
}

/** n Σab - Σa Σb */
function centred(n: bigint, ab: Rational, a: Rational, b: Rational): Rational {
  return rational(
    n * ab.numerator * a.denominator * b.denominator - a.numerator * b.numerator * ab.denominator,
    ab.denominator * a.denominator * b.denominator,
  );
}

function fractionOf(cell: string | null): Rational {
  return cell === null ? rational(0n) : fraction(cell);
}
