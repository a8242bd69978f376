import type { Cell } from '../contract/index.ts';
import {
  appendMoments,
  appendProducts,
  createExactSum,
  type ExactGroup,
  type ExactNumber,
  type ExactRequest,
  finishMoments,
  finishProducts,
  type Moments,
  momentState,
  momentsOf,
  type NumberColumn,
  noMoments,
  noProducts,
  type Products,
  presentRows,
  productsOf,
} from '../sdk/index.ts';
import { ofMoments, ofProducts, ofSum } from './exact-numbers.ts';
import type { NumericColumn } from './exact-scan.ts';

/** Collects the rows of one group. */
export interface Accumulator {
  /** Adds rows of some columns, in source order, after those added before. */
  add(columns: readonly NumberColumn[], rows: Uint32Array): void;
  finish(): ExactGroup;
}

type Statistics = Readonly<Record<string, ExactNumber>>;

/** One statistic of one column (or pair of columns) under way. */
interface Running {
  add(columns: readonly NumberColumn[], rows: Uint32Array): void;
  finish(): Statistics;
}

/** An accumulator for one group of an exact aggregate. */
export function createAccumulator(
  kind: ExactRequest['kind'],
  key: readonly Cell[],
  numbers: readonly NumericColumn[],
): Accumulator {
  const running = runningOf(kind, numbers);
  return {
    add(columns, rows) {
      for (const [, one] of running) one.add(columns, rows);
    },
    finish: () => ({
      key,
      columns: Object.fromEntries(running.map(([name, one]) => [name, one.finish()])),
    }),
  };
}

function runningOf(
  kind: ExactRequest['kind'],
  numbers: readonly NumericColumn[],
): readonly (readonly [string, Running])[] {
  switch (kind) {
    case 'sum':
      return numbers.map((number, index) => [
        number.name,
        number.base === 2 ? runningSum(index) : runningMoments(index, number, true),
      ]);
    case 'moments':
      return numbers.map((number, index) => [number.name, runningMoments(index, number, false)]);
    case 'products':
      return numbers.flatMap((a, i) =>
        numbers.slice(i + 1).map((b, j) => [`${a.name}*${b.name}`, runningProducts(i, i + 1 + j)] as const),
      );
  }
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

function runningProducts(a: number, b: number): Running {
  let products: Products | undefined;
  return {
    add(columns, rows) {
      const [x, y] = [columnAt(columns, a), columnAt(columns, b)];
      const piece = productsOf(x, y, presentRows(y, presentRows(x, rows)));
      products = appendProducts(products ?? noProducts(x, y), piece);
    },
    finish: () => ofProducts(products === undefined ? undefined : finishProducts(products)),
  };
}

function columnAt(columns: readonly NumberColumn[], index: number): NumberColumn {
  const column = columns[index];
  if (column === undefined) throw new Error(`no column ${index} in a batch`);
  return column;
}
