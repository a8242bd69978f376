import { byCodePoint } from '../../base/index.ts';
import { assign } from './assign.ts';
import type { ColumnFacts } from './facts.ts';
import { certainty, type Fit } from './fit.ts';
import type { UniqueRole } from './roles-of-kinds.ts';

/** A role and the column it got; `rival` is an unbound column that fits nearly as well. */
export interface Bound {
  readonly fit: Fit;
  readonly certainty: number;
  readonly rival: Fit | undefined;
}

/** A whole assignment and what it is worth. */
export interface Solution {
  readonly bound: readonly Bound[];
  readonly worth: number;
}

/** Below this certainty a role stays unbound. */
export const THRESHOLD = 0.5;

/**
 * Gives roles to columns so that the certainties above the threshold add up to the most. Gains are whole numbers,
 * and ties go by the columns' names, so that the order of the columns can't matter.
 */
export function solve<R extends UniqueRole>(
  roles: readonly R[],
  columns: readonly ColumnFacts[],
  rows: number,
  fitOf: (role: R, facts: ColumnFacts) => Fit | undefined,
): Solution {
  const ordered = [...columns].sort((a, b) => byCodePoint(a.column.sql_name, b.column.sql_name));
  const fits = roles.map((role) => ordered.map((facts) => fitOf(role, facts)));
  const gains = fits.map((row) => row.map((fit, column) => gain(fit, rows, column)));
  const chosen = assign(gains);
  const taken = new Set(chosen);
  const bound: Bound[] = [];
  let worth = 0;
  for (const [r, c] of chosen.entries()) {
    const fit = c === undefined ? undefined : fits[r]?.[c];
    if (c === undefined || fit === undefined) continue;
    worth += above(fit, rows);
    const free = (fits[r] ?? []).filter((other, i) => other !== undefined && !taken.has(i));
    bound.push({ fit, certainty: certainty(fit, rows), rival: rivalOf(fit, free, rows) });
  }
  return { bound, worth };
}

function gain(fit: Fit | undefined, rows: number, column: number): number {
  if (fit === undefined) return 0;
  const millionths = above(fit, rows);
  return millionths < 0 ? 0 : (millionths + 1) * 10_000 - Math.min(column, 9_999);
}

/** Certainty above the threshold, in millionths. */
function above(fit: Fit, rows: number): number {
  return Math.round((certainty(fit, rows) - THRESHOLD) * 1e6);
}

function rivalOf(fit: Fit, others: readonly (Fit | undefined)[], rows: number): Fit | undefined {
  const limit = Math.max(THRESHOLD, 0.9 * certainty(fit, rows));
  let best: Fit | undefined;
  for (const other of others) {
    if (other === undefined || certainty(other, rows) < limit) continue;
    if (best === undefined || certainty(other, rows) > certainty(best, rows)) best = other;
  }
  return best;
}
