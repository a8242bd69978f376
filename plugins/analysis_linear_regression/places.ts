import type { Model } from './fit.ts';

/** Where the terms of a model stand: its powers among those of the rows, its levels by factor and code. */
export interface Places {
  /** Of each power of the model: its position among the powers of the rows, and among the predictors. */
  readonly powers: readonly { readonly column: number; readonly predictor: number }[];
  /** Factors with a level in the model. */
  readonly factors: readonly FactorPlaces[];
}

export interface FactorPlaces {
  /** Position among the codes of the rows. */
  readonly factor: number;
  /** By code: the position of its level among the predictors; -1 for the reference, and for levels left out. */
  readonly predictorOf: readonly number[];
}

/** Sorts the predictors of a model, which are positions of moments: all powers, then the levels factor by factor. */
export function placesOf(
  { predictors }: Pick<Model, 'predictors'>,
  powers: number,
  levelsOf: readonly number[],
): Places {
  let start = powers;
  const factors = levelsOf.map((count, factor): FactorPlaces => {
    const own = Array.from({ length: count }, (_, level) => predictors.indexOf(start + level));
    start += count;
    return { factor, predictorOf: [-1, ...own] };
  });
  return {
    powers: predictors.flatMap((column, predictor) => (column < powers ? [{ column, predictor }] : [])),
    factors: factors.filter(({ predictorOf }) => predictorOf.some((at) => at >= 0)),
  };
}

/**
 * The codes of each factor, and those of each two together, numbered through: a row is in one cell of each, so that what
 * levels add to sums over terms is looked up, and added up, by a few cells rather than by a term for each level.
 */
export interface Cells {
  /** How many cells there are. */
  readonly size: number;
  /** Factors come first, in the order of the places, then the pairs. */
  readonly tables: readonly CellTable[];
}

interface CellTable {
  /** Number of its first cell. */
  readonly start: number;
  /** Positions among the factors of the places; the same twice for a factor by itself. */
  readonly first: number;
  readonly second: number;
  /** Cells of one code of the first factor; 1 for a factor by itself. */
  readonly width: number;
}

export function cellsOf({ factors }: Places): Cells {
  const codes = (f: number) => factors[f]?.predictorOf.length ?? 0;
  const all = factors.map((_, f) => f);
  let size = 0;
  const table = (first: number, second: number): CellTable => {
    const start = size;
    const width = first === second ? 1 : codes(second);
    size += codes(first) * width;
    return { start, first, second, width };
  };
  const tables = [
    ...all.map((f) => table(f, f)),
    ...all.flatMap((first) => all.slice(first + 1).map((second) => table(first, second))),
  ];
  return { size, tables };
}

/** Number of a cell by the codes of its factors. */
export function cellAt(
  { start, first, second, width }: CellTable,
  codeOf: (factor: number) => number,
): number {
  return start + codeOf(first) * width + (first === second ? 0 : codeOf(second));
}
