import {
  type BigBlock,
  BLOCK_ROWS,
  foldColumns,
  integerOf,
  type LimbBlock,
  MAX_LIMBS,
  type NumberColumn,
  readBlock,
} from './limbs.ts';
import { type ExactValue, exactValue } from './quantile.ts';
import { type Rational, rational, rationalToNumber, scaled, signedSqrtToNumber } from './rational.ts';

/** Values are integers in units of `base^-scale`. */
interface Unit {
  readonly base: 2 | 10;
  readonly scale: number;
}

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

/** Products over `rows`, in all of which both columns have a value. */
export function productsOf(x: NumberColumn, y: NumberColumn, rows: Uint32Array): Products {
  const finite = rows.filter((row) => isFiniteAt(x, row) && isFiniteAt(y, row));
  let products: Products = { ...noProducts(x, y), nonFinite: rows.length - finite.length };
  for (let from = 0; from < finite.length; from += BLOCK_ROWS) {
    const block = finite.subarray(from, from + BLOCK_ROWS);
    products = appendProducts(products, blockProducts(x, y, block));
  }
  return products;
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

function unitOf({ cells, scale }: NumberColumn): Unit {
  return cells.kind === 'float64' ? { base: 2, scale: Number.NEGATIVE_INFINITY } : { base: 10, scale };
}

function isFiniteAt({ cells }: NumberColumn, row: number): boolean {
  return cells.kind !== 'float64' || Number.isFinite(cells.values[row]);
}

function blockProducts(x: NumberColumn, y: NumberColumn, rows: Uint32Array): Products {
  const [a, b] = [readBlock(x, rows), readBlock(y, rows)];
  const sums = 'integers' in a || 'integers' in b ? bigSums(bigIntegers(a), bigIntegers(b)) : limbSums(a, b);
  const unit = (column: NumberColumn, { scale }: { scale: number }) => ({ base: unitOf(column).base, scale });
  return { x: unit(x, a), y: unit(y, b), nonFinite: 0, sums };
}

function bigIntegers(block: LimbBlock | BigBlock): readonly bigint[] {
  if ('integers' in block) return block.integers;
  return Array.from({ length: block.rows }, (_, row) => integerOf(block, row));
}

function bigSums(xs: readonly bigint[], ys: readonly bigint[]): PairSums {
  let [x, y, xx, yy, xy] = [0n, 0n, 0n, 0n, 0n];
  xs.forEach((a, row) => {
    const b = ys[row] ?? 0n;
    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  });
  return { count: xs.length, x, y, xx, yy, xy };
}

/** Sums of the offsets from the centres, then moved to 0: Σ(a + c)(b + k) = Σab + kΣa + cΣb + nck. */
function limbSums(a: LimbBlock, b: LimbBlock): PairSums {
  const n = BigInt(a.rows);
  const [x, y, c, k] = [limbTotal(a), limbTotal(b), a.centre, b.centre];
  return {
    count: a.rows,
    x: x + n * c,
    y: y + n * k,
    xx: dotProduct(a, a) + c * (2n * x + n * c),
    yy: dotProduct(b, b) + k * (2n * y + n * k),
    xy: dotProduct(a, b) + k * x + c * y + n * c * k,
  };
}

function limbTotal({ rows, width, limbs }: LimbBlock): bigint {
  const columns = new Float64Array(width);
  for (let row = 0; row < rows; row += 1) {
    for (let limb = 0; limb < width; limb += 1) {
      columns[limb] = (columns[limb] ?? 0) + (limbs[row * width + limb] ?? 0);
    }
  }
  return foldColumns(columns, width);
}

function dotProduct(a: LimbBlock, b: LimbBlock): bigint {
  const columns = new Float64Array(2 * MAX_LIMBS);
  for (let row = 0; row < a.rows; row += 1) {
    for (let i = 0; i < a.width; i += 1) {
      const digit = a.limbs[row * a.width + i] ?? 0;
      for (let j = 0; j < b.width; j += 1) {
        columns[i + j] = (columns[i + j] ?? 0) + digit * (b.limbs[row * b.width + j] ?? 0);
      }
    }
  }
  return foldColumns(columns, a.width + b.width);
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

function inUnits(integer: bigint, x: Unit, y: Unit): Rational {
  const inX = scaled(integer, x.base, -x.scale);
  const inXY = scaled(inX.numerator, y.base, -y.scale);
  return rational(inXY.numerator, inX.denominator * inXY.denominator);
}
