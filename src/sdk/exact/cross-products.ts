import { dotOf, inUnits, powerOf, type Side, sideOf, type Unit, unitOf } from './block-products.ts';
import { BLOCK_ROWS, type NumberColumn } from './limbs.ts';
import { presentRows } from './moments.ts';
import { isFiniteAt } from './products.ts';
import { type Rational, rational, scaled } from './rational.ts';

/** A power of a column, such as x³: `column` is its position. */
export interface Term {
  readonly column: number;
  readonly power: number;
}

/**
 * Exact sums of terms and of their products, over the rows in which every column has a value: what least squares are
 * made of. `products` holds the upper triangle with the diagonal, row after row (see `trianglePairs`).
 */
export interface CrossProducts {
  readonly units: readonly Unit[];
  readonly count: number;
  /** Complete rows with a NaN or an infinity: they make every sum undefined. */
  readonly nonFinite: number;
  readonly sums: readonly bigint[];
  readonly products: readonly bigint[];
}

/** Sums of a term or products of two, exact; null where a row is no finite number. */
export interface CrossProductStatistics {
  readonly n: number;
  readonly sums: readonly (Rational | null)[];
  readonly products: readonly (Rational | null)[];
}

/** The terms of columns up to their degrees: x, x², …, then those of the next column. */
export function termsOf(degrees: readonly number[]): readonly Term[] {
  return degrees.flatMap((degree, column) =>
    Array.from({ length: degree }, (_, index) => ({ column, power: index + 1 })),
  );
}

/** Pairs of positions below `count`, each with itself and those after it, in the order of `products`. */
export function trianglePairs(count: number): readonly (readonly [number, number])[] {
  const positions = Array.from({ length: count }, (_, index) => index);
  return positions.flatMap((a) => positions.slice(a).map((b) => [a, b] as const));
}

/** Cross products of no rows. */
export function noCrossProducts(terms: readonly Term[], columns: readonly NumberColumn[]): CrossProducts {
  const units = terms.map(({ column, power }) => {
    const { base, scale } = unitOf(columnAt(columns, column));
    return { base, scale: scale * power };
  });
  const zeros = (length: number): readonly bigint[] => new Array<bigint>(length).fill(0n);
  const products = zeros((terms.length * (terms.length + 1)) / 2);
  return { units, count: 0, nonFinite: 0, sums: zeros(terms.length), products };
}

/** Cross products of terms over those of `rows` in which every column has a value. */
export function crossProductsOf(
  terms: readonly Term[],
  columns: readonly NumberColumn[],
  rows: Uint32Array,
): CrossProducts {
  const complete = columns.reduce((left, column) => presentRows(column, left), rows);
  const finite = complete.filter((row) => columns.every((column) => isFiniteAt(column, row)));
  let found = { ...noCrossProducts(terms, columns), nonFinite: complete.length - finite.length };
  for (let from = 0; from < finite.length; from += BLOCK_ROWS) {
    found = appendCrossProducts(found, ofBlock(terms, columns, finite.subarray(from, from + BLOCK_ROWS)));
  }
  return found;
}

/** Cross products over the rows of both. */
export function appendCrossProducts(a: CrossProducts, b: CrossProducts): CrossProducts {
  const units = a.units.map((unit, term) => finer(unit, b.units[term] ?? unit));
  const [left, right] = [rescale(a, units), rescale(b, units)];
  return {
    units,
    count: a.count + b.count,
    nonFinite: a.nonFinite + b.nonFinite,
    sums: left.sums.map((sum, term) => sum + (right.sums[term] ?? 0n)),
    products: left.products.map((product, pair) => product + (right.products[pair] ?? 0n)),
  };
}

/** The sums as fractions. */
export function finishCrossProducts(found: CrossProducts): CrossProductStatistics {
  const { units, sums, products, count, nonFinite } = found;
  const known = count > 0 && nonFinite === 0;
  const unitAt = (term: number): Unit => units[term] ?? { base: 10, scale: 0 };
  return {
    n: count + nonFinite,
    sums: sums.map((sum, term) => (known ? inUnit(sum, unitAt(term)) : null)),
    products: trianglePairs(units.length).map(([a, b], pair) =>
      known ? inUnits(products[pair] ?? 0n, unitAt(a), unitAt(b)) : null,
    ),
  };
}

function ofBlock(terms: readonly Term[], columns: readonly NumberColumn[], rows: Uint32Array): CrossProducts {
  const read = columns.map((column) => sideOf(column, rows));
  const sides = terms.map(({ column, power }): Side => {
    const side = read[column];
    if (side === undefined) throw new RangeError(`there is no column ${column}`);
    return power === 1 ? side : powerOf(side, power);
  });
  return {
    units: sides.map(({ unit }) => unit),
    count: rows.length,
    nonFinite: 0,
    sums: sides.map(({ sum }) => sum),
    products: sides.flatMap((x, a) =>
      sides.slice(a).map((y, offset) => (offset === 0 ? x.squares : dotOf(x, y))),
    ),
  };
}

function columnAt(columns: readonly NumberColumn[], index: number): NumberColumn {
  const column = columns[index];
  if (column === undefined) throw new RangeError(`there is no column ${index}`);
  return column;
}

function finer(a: Unit, b: Unit): Unit {
  return { base: a.base, scale: Math.max(a.scale, b.scale) };
}

/** The same sums in units that are as fine or finer. */
function rescale(found: CrossProducts, units: readonly Unit[]): Pick<CrossProducts, 'sums' | 'products'> {
  if (found.count === 0) return found;
  const factors = units.map(
    ({ base, scale }, term) => BigInt(base) ** BigInt(scale - (found.units[term]?.scale ?? scale)),
  );
  if (factors.every((factor) => factor === 1n)) return found;
  return {
    sums: found.sums.map((sum, term) => sum * (factors[term] ?? 1n)),
    products: trianglePairs(units.length).map(
      ([a, b], pair) => (found.products[pair] ?? 0n) * (factors[a] ?? 1n) * (factors[b] ?? 1n),
    ),
  };
}

function inUnit(integer: bigint, { base, scale }: Unit): Rational {
  const { numerator, denominator } = scaled(integer, base, -scale);
  return rational(numerator, denominator);
}
