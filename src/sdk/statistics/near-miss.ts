import type { Coverage } from '../../contract/index.ts';
import { byText } from '../text-order.ts';
import { coverageColumn } from './coverage-column.ts';
import { exp } from './elementary.ts';
import type { SmallestEffect } from './smallest-effect.ts';

/** One hypothesis that a screening plugin looked at, and why it is or isn't reported. */
export interface ScreenedHypothesis {
  readonly hypothesis: string;
  /** Observations used. */
  readonly n: number;
  /** The effect, in `unit`; null where it is undefined. */
  readonly estimate: number | null;
  readonly unit: string;
  /** The smallest effect of interest, in the same unit. */
  readonly smallest_effect: number;
  /** Null where nothing was tested. */
  readonly p_value: number | null;
  /** Its label in the ledger of the run, which has its q-value; undefined where it was not entered. */
  readonly test: string | undefined;
  /** `reported`, or what it lacks. */
  readonly reason: string;
}

/** A ratio that was screened: its estimate as a logarithm, with the smallest ratio of interest. */
export interface ScreenedRatio extends Omit<ScreenedHypothesis, 'estimate' | 'unit' | 'smallest_effect'> {
  /** NaN where it is undefined. */
  readonly logarithm: number;
  readonly smallest: SmallestEffect;
}

/** The hypothesis of a screened ratio, with the ratio itself as the estimate. */
export function screenedRatio({ logarithm, smallest, ...rest }: ScreenedRatio): ScreenedHypothesis {
  return {
    ...rest,
    estimate: Number.isFinite(logarithm) ? exp(logarithm) : null,
    unit: smallest.unit,
    smallest_effect: smallest.value,
  };
}

const COLUMNS = [
  'hypothesis',
  'n',
  'estimate',
  'unit',
  'smallest_effect',
  'p_value',
  'reason',
  'test',
] as const;

/**
 * What was screened and how far each hypothesis was from being reported, as a CSV file for `ctx.artifact`: by p-value
 * (untested ones last), then by effect over smallest effect, the largest first, then by text. A q-value is known only once
 * the ledger of the run is closed: `test` is the label of the entry that has it. `coverage`: that of the context, so that
 * every line says so where it is of a sample.
 */
export function nearMissTable(rows: readonly ScreenedHypothesis[], coverage?: Coverage) {
  const mark = coverage && coverageColumn(coverage);
  const header = [...COLUMNS, ...(mark ? [mark.header] : [])].join(',');
  const lines = [...rows]
    .sort(byDistance)
    .map((row) => [...COLUMNS.map((column) => cell(row[column])), ...(mark ? [mark.cell] : [])].join(','));
  return {
    path: 'near_misses.csv',
    content: [header, ...lines, ''].join('\n'),
    media_type: 'text/csv',
    title: 'What was tested, how far each hypothesis was from being reported, and why',
  };
}

function byDistance(a: ScreenedHypothesis, b: ScreenedHypothesis): number {
  return (a.p_value ?? 2) - (b.p_value ?? 2) || reachOf(b) - reachOf(a) || byText(a.hypothesis, b.hypothesis);
}

/** Effect in smallest effects of interest; -1 where it is undefined. */
function reachOf({ estimate, smallest_effect }: ScreenedHypothesis): number {
  if (estimate === null || Number.isNaN(estimate)) return -1;
  return Math.abs(estimate) / Math.max(smallest_effect, Number.MIN_VALUE);
}

/** Text that a spreadsheet would take for a formula gets a leading apostrophe. */
function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
