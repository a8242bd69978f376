import { dotOf, inUnits, type Side, sideOf, type Unit, unitOf } from './block-products.ts';
import { BLOCK_ROWS, type NumberColumn } from './limbs.ts';
import { presentRows } from './moments.ts';
import { type ExactValue, exactValue } from './quantile.ts';
import { rational, rationalToNumber, signedSqrtToNumber } from './rational.ts';

interface PairSums {
  readonly count: number;
  readonly x: bigint;
  readonly y: bigint;
  readonly xx: bigint;
  readonly yy: bigint;
  readonly xy: bigint;
}

/** Exact sums over the rows where both of two columns have a value. */
export interface Products {
  readonly x: Unit;
  readonly y: Unit;
  /** Pairs with a NaN or an infinity: they make every result but `n` undefined. */
  readonly nonFinite: number;
  readonly sums: PairSums;
}

/** Results over the pairs without a missing value, each rounded once; null where undefined. */
export interface ProductStatistics {
  readonly n: number;
  /** Σ x y */
  readonly sum_of_products: ExactValue | null;
  /** Divisor n - 1; null where n < 2. */
  readonly covariance: number | null;
  /** Pearson's; null where n < 2 or one side is constant. */
  readonly correlation: number | null;
}

const NOTHING: PairSums = { count: 0, x: 0n, y: 0n, xx: 0n, yy: 0n, xy: 0n };

/** Products of no rows. */
export function noProducts(x: NumberColumn, y: NumberColumn): Products {
  return { x: unitOf(x), y: unitOf(y), nonFinite: 0, sums: NOTHING };
}

/**
 * Products of every pair of columns, the first with the second, with the third …, the second with the third …, each
 * over those of `rows` (all, if left out) where both have a value. Columns without gaps are read once for all pairs.
 */
export function productsOf(columns: readonly NumberColumn[], rows: Uint32Array): readonly Products[] {
  const whole = columns.map(
    (column) => presentRows(column, rows).length === rows.length && isFiniteIn(column, rows),
  );
  const shared = productsOfWhole(
    columns.filter((_, index) => whole[index]),
    rows,
  );
  return pairsOf(columns.length).map(([a, b]) => {
    const [x, y] = [columns[a], columns[b]];
    if (x === undefined || y === undefined) throw new RangeError('no such column');
    if (whole[a] && whole[b]) return shared.get(x)?.get(y) ?? noProducts(x, y);
    return productsOfPair(x, y, presentRows(y, presentRows(x, rows)));
  });
}

/** Pairs of positions below `count`, in the order of results. */
export function pairsOf(count: number): readonly (readonly [number, number])[] {
  const positions = Array.from({ length: count }, (_, index) => index);
  return positions.flatMap((a) => positions.slice(a + 1).map((b) => [a, b] as const));
}

/** Products over the rows of both. */
export function appendProducts(a: Products, b: Products): Products {
  const x = { base: a.x.base, scale: Math.max(a.x.scale, b.x.scale) };
  const y = { base: a.y.base, scale: Math.max(a.y.scale, b.y.scale) };
  const [p, q] = [rescale(a, x, y), rescale(b, x, y)];
  const sums: PairSums = {
    count: p.count + q.count,
    x: p.x + q.x,
    y: p.y + q.y,
    xx: p.xx + q.xx,
    yy: p.yy + q.yy,
    xy: p.xy + q.xy,
  };
  return { x, y, nonFinite: a.nonFinite + b.nonFinite, sums };
}

/**
 * Σxy; covariance (nΣxy - ΣxΣy) / (n(n-1)); Pearson's correlation as the signed square root of a fraction,
 * (nΣxy - ΣxΣy)² / ((nΣx² - (Σx)²)(nΣy² - (Σy)²)). Exact until the one rounding at the end.
 */
export function finishProducts({ x, y, nonFinite, sums }: Products): ProductStatistics {
  const n = BigInt(sums.count);
  const result = { n: sums.count + nonFinite, sum_of_products: null, covariance: null, correlation: null };
  if (nonFinite > 0 || n === 0n) return result;
  const sum = exactValue(inUnits(sums.xy, x, y));
  const sum_of_products = Number.isFinite(sum.value) ? sum : null;
  if (n < 2n) return { ...result, sum_of_products };
  const mixed = n * sums.xy - sums.x * sums.y;
  const squares = (n * sums.xx - sums.x ** 2n) * (n * sums.yy - sums.y ** 2n);
  const inSquareUnits = inUnits(mixed, x, y);
  const covariance = rationalToNumber(
    rational(inSquareUnits.numerator, inSquareUnits.denominator * n * (n - 1n)),
  );
  return {
    n: result.n,
    sum_of_products,
    covariance: Number.isFinite(covariance) ? covariance : null,
    correlation: squares === 0n ? null : signedSqrtToNumber(mixed, rational(mixed * mixed, squares)),
  };
}

/** True where all of the rows, none of them missing, are finite. */
export function isFiniteIn({ cells }: NumberColumn, rows: Uint32Array): boolean {
  return cells.kind !== 'float64' || rows.every((row) => Number.isFinite(cells.values[row]));
}

/** True where a row that is not missing is finite. */
export function isFiniteAt({ cells }: NumberColumn, row: number): boolean {
  return cells.kind !== 'float64' || Number.isFinite(cells.values[row]);
}

type PairTable = Map<NumberColumn, Map<NumberColumn, Products>>;

/** Products of columns that have a finite value in all of the rows, block by block. */
function productsOfWhole(columns: readonly NumberColumn[], rows: Uint32Array): PairTable {
  const pairs = pairsOf(columns.length);
  const table: PairTable = new Map(columns.map((column) => [column, new Map()]));
  for (let from = 0; from < rows.length && pairs.length > 0; from += BLOCK_ROWS) {
    const block = rows.subarray(from, from + BLOCK_ROWS);
    const sides = columns.map((column) => ({ column, side: sideOf(column, block) }));
    for (const [a, b] of pairs) {
      const [x, y] = [sides[a], sides[b]];
      if (x === undefined || y === undefined) continue;
      const row = table.get(x.column);
      const before = row?.get(y.column) ?? noProducts(x.column, y.column);
      row?.set(y.column, appendProducts(before, pairOf(x.side, y.side, block.length)));
    }
  }
  return table;
}

/** Products over `rows`, in all of which both columns have a value. */
function productsOfPair(x: NumberColumn, y: NumberColumn, rows: Uint32Array): Products {
  const finite = rows.filter((row) => isFiniteAt(x, row) && isFiniteAt(y, row));
  const products = { ...noProducts(x, y), nonFinite: rows.length - finite.length };
  const found = productsOfWhole([x, y], finite).get(x)?.get(y);
  return found ? appendProducts(products, found) : products;
}

function pairOf(x: Side, y: Side, count: number): Products {
  const sums = { count, x: x.sum, y: y.sum, xx: x.squares, yy: y.squares, xy: dotOf(x, y) };
  return { x: x.unit, y: y.unit, nonFinite: 0, sums };
}

function rescale({ x, y, sums }: Products, toX: Unit, toY: Unit): PairSums {
  if (sums.count === 0) return sums;
  const fx = BigInt(x.base) ** BigInt(toX.scale - x.scale);
  const fy = BigInt(y.base) ** BigInt(toY.scale - y.scale);
  if (fx === 1n && fy === 1n) return sums;
  return {
    count: sums.count,
    x: sums.x * fx,
    y: sums.y * fy,
    xx: sums.xx * fx * fx,
    yy: sums.yy * fy * fy,
    xy: sums.xy * fx * fy,
  };
}
