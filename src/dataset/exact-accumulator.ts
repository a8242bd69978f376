import type { Cell } from '../contract/index.ts';
import {
  appendCrossProducts,
  appendMoments,
  appendProducts,
  type CrossProductStatistics,
  type CrossProducts,
  createExactSum,
  crossProductsOf,
  type ExactGroup,
  type ExactNumber,
  type ExactRequest,
  finishCrossProducts,
  finishMoments,
  finishProducts,
  type Moments,
  momentState,
  momentsOf,
  type NumberColumn,
  noMoments,
  type Products,
  pairsOf,
  presentRows,
  productsOf,
  type Term,
  termName,
  termsOf,
} from '../sdk/exact/index.ts';
import { ofCrossProducts, ofMoments, ofProducts, ofSquares, ofSum } from './exact-numbers.ts';
import type { NumericColumn } from './exact-scan.ts';

/** Collects the rows of one group. */
export interface Accumulator {
  /** Adds rows of some columns, in source order, after those added before. */
  add(columns: readonly NumberColumn[], rows: Uint32Array): void;
  finish(): ExactGroup;
}

type Statistics = Readonly<Record<string, ExactNumber>>;

/** An accumulator for one group of an exact aggregate. */
export function createAccumulator(
  { kind, degrees }: Pick<ExactRequest, 'kind' | 'degrees'>,
  key: readonly Cell[],
  numbers: readonly NumericColumn[],
): Accumulator {
  if (kind === 'products') return productsAccumulator(key, numbers);
  if (kind === 'cross_products') return crossProductsAccumulator(key, numbers, degrees);
  const running = numbers.map((number, index) => {
    if (kind === 'squares') return runningSquares(index);
    if (kind === 'sum' && number.base === 2) return runningSum(index);
    return runningMoments(index, number, kind === 'sum');
  });
  return {
    add(columns, rows) {
      for (const one of running) one.add(columns, rows);
    },
    finish: () => ({
      key,
      columns: Object.fromEntries(numbers.map(({ name }, index) => [name, running[index]?.finish() ?? {}])),
    }),
  };
}

/** The statistics of one column under way. */
interface Running {
  add(columns: readonly NumberColumn[], rows: Uint32Array): void;
  finish(): Statistics;
}

function runningSum(index: number): Running {
  const sum = createExactSum();
  return {
    add(columns, rows) {
      const column = columnAt(columns, index);
      if (column.cells.kind === 'float64') sum.addAll(column.cells.values, presentRows(column, rows));
    },
    finish: () => ofSum(sum.state()),
  };
}

function runningMoments(index: number, { base, scale }: NumericColumn, sumOnly: boolean): Running {
  let moments: Moments = noMoments(base, scale);
  return {
    add(columns, rows) {
      moments = appendMoments(moments, momentsOf(columnAt(columns, index), rows));
    },
    finish() {
      const { n, sum, ...others } = ofMoments(finishMoments(momentState(moments)));
      return sumOnly ? { n, sum } : { n, sum, ...others };
    },
  };
}

function runningSquares(index: number): Running {
  const terms = termsOf([1]);
  let squares: CrossProducts | undefined;
  return {
    add(columns, rows) {
      const found = crossProductsOf(terms, [columnAt(columns, index)], rows);
      squares = squares ? appendCrossProducts(squares, found) : found;
    },
    finish: () => ofSquares(squares ? finishCrossProducts(squares) : NOTHING),
  };
}

const NOTHING: CrossProductStatistics = { n: 0, sums: [], products: [] };

function crossProductsAccumulator(
  key: readonly Cell[],
  numbers: readonly NumericColumn[],
  degrees: readonly number[] | undefined,
): Accumulator {
  const terms = termsOf(degrees ?? numbers.map(() => 1));
  let products: CrossProducts | undefined;
  return {
    add(columns, rows) {
      const found = crossProductsOf(terms, columns, rows);
      products = products ? appendCrossProducts(products, found) : found;
    },
    finish: () => ({
      key,
      columns: ofCrossProducts(products ? finishCrossProducts(products) : NOTHING, termNames(numbers, terms)),
    }),
  };
}

/** The names of terms of columns in results. */
export function termNames(numbers: readonly NumericColumn[], terms: readonly Term[]): readonly string[] {
  return terms.map(({ column, power }) => termName(numbers[column]?.name ?? '', power));
}

function productsAccumulator(key: readonly Cell[], numbers: readonly NumericColumn[]): Accumulator {
  const pairs = pairsOf(numbers.length);
  let products: readonly Products[] = [];
  const nameOf = ([a, b]: readonly [number, number]) => `${numbers[a]?.name}*${numbers[b]?.name}`;
  return {
    add(columns, rows) {
      const found = productsOf(columns, rows);
      products = found.map((piece, pair) => {
        const before = products[pair];
        return before ? appendProducts(before, piece) : piece;
      });
    },
    finish: () => ({
      key,
      columns: Object.fromEntries(
        pairs.map((pair, index) => {
          const found = products[index];
          return [nameOf(pair), ofProducts(found && finishProducts(found))];
        }),
      ),
    }),
  };
}

function columnAt(columns: readonly NumberColumn[], index: number): NumberColumn {
  const column = columns[index];
  if (column === undefined) throw new Error(`no column ${index} in a batch`);
  return column;
}
