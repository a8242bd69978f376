import { type FieldInput, fieldOf, fieldsOf, threshold } from '../../src/sdk/index.ts';
import type { Dimension, Totals } from './totals.ts';

const COLUMNS = [
  'name',
  'runs',
  'close_runs',
  'pre_eligible_s',
  'waited_runs',
  'waited_percent',
  'wait_s',
  'longest_wait_s',
  'over_runs',
  'over_runs_percent',
  'over_s',
  'over_percent',
  'service_s',
];

/** A whole group's numbers, its over-threshold wait in each scope that it has runs in, and the threshold. */
export function groupFields(totals: Totals, dimension: Dimension, row: number): Record<string, FieldInput> {
  const { handle } = totals;
  const name = handle.text(row, 'name');
  const scopes = [
    ...['close', 'open'].map((window) => [window, totals.row({ dimension, name, window })] as const),
    ...['standalone', 'chained'].map(
      (chaining) => [chaining, totals.row({ dimension, name, chaining })] as const,
    ),
  ];
  const parts = scopes.flatMap(([label, place]) =>
    place === undefined ? [] : [[`over_${label}_s`, fieldOf(handle, place, 'over_s')] as const],
  );
  return { ...fieldsOf(handle, row, COLUMNS), ...Object.fromEntries(parts), ...threshold };
}
