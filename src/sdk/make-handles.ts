import type { Cell } from '../contract/index.ts';
import type { Rows } from './context.ts';
import {
  type ExactNumber,
  type ExactRequest,
  type ExactResult,
  exactFraction,
  isInFull,
} from './exact/index.ts';
import type { ExactHandle, QueryHandle } from './handles.ts';

/** A query's result as the host sends it. */
export interface QueryRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Cell[])[];
}

const INTEGER = /^-?[0-9]+$/;
const NUMBER = /^(-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|-?Infinity)$/;

/** A query's result with readers for its cells. */
export function rowsOf(result: QueryRows): Rows {
  const ordinals = new Map(result.columns.map((column, i) => [column.name, i]));
  const text = (row: number, column: string): Cell => {
    const ordinal = ordinals.get(column);
    const cells = result.rows[row];
    if (ordinal === undefined) throw new RangeError(`the result has no column "${column}"`);
    if (cells === undefined) throw new RangeError(`the result has no row ${row}`);
    return cells[ordinal] ?? null;
  };
  return {
    columns: result.columns,
    rows: result.rows,
    text,
    number: (row, column) => parsed(text(row, column), NUMBER, Number, 'number'),
    bigint: (row, column) => parsed(text(row, column), INTEGER, BigInt, 'integer'),
  };
}

/** A whole-table query's result, whose cells can be cited. */
export function queryHandle(result: QueryRows & { readonly handle: string }): QueryHandle {
  const rows = rowsOf(result);
  return {
    ...rows,
    id: result.handle,
    cell: (row, column) => {
      rows.text(row, column);
      return { query: result.handle, row, column };
    },
  };
}

/** Exact aggregates, whose numbers can be cited. */
export function exactHandle(
  { handle, result }: { handle: string; result: ExactResult },
  kind: ExactRequest['kind'],
): ExactHandle {
  const groupOf = (group: number) => {
    const found = result.groups[group];
    if (found === undefined) throw new RangeError(`${handle} has no group ${group}`);
    return found;
  };
  const numberOf = (group: number, column: string, statistic: string): ExactNumber => {
    const found = groupOf(group).columns[column]?.[statistic];
    if (found === undefined) throw new RangeError(`${handle} has no ${statistic} of "${column}"`);
    return found;
  };
  return {
    id: handle,
    groups: result.groups.length,
    groupColumns: result.groupColumns,
    key: (group) => groupOf(group).key,
    number: (group, column, statistic) => numberOf(group, column, statistic).value,
    fraction: (group, column, statistic) => {
      if (!isInFull(kind)) throw new RangeError(`numbers of the kind ${kind} are rounded`);
      return exactFraction(numberOf(group, column, statistic));
    },
    value: (group, column, statistic) => {
      numberOf(group, column, statistic);
      return { exact: handle, group, column, value: statistic };
    },
  };
}

function parsed<T>(cell: Cell, form: RegExp, parse: (text: string) => T, what: string): T | null {
  if (cell === null) return null;
  if (!form.test(cell)) throw new TypeError(`"${cell.slice(0, 80)}" is no ${what}`);
  return parse(cell);
}
