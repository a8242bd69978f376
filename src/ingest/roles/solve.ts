import { byCodePoint } from '../../base/index.ts';
import { assign } from './assign.ts';
import type { ColumnFacts } from './facts.ts';
import { certainty, type Fit } from './fit.ts';
import type { UniqueRole } from './roles-of-kinds.ts';

/** A role and the column it got. */
export interface Bound {
  readonly fit: Fit;
  readonly certainty: number;
}

/** Another assignment: what it gives to a role, or the other role it gives the column, and what it is worth. */
export interface Other {
  readonly instead: Fit;
  readonly worth: number;
}

/** A whole assignment. */
export interface Solution {
  readonly bound: readonly Bound[];
  /** Certainties above the threshold, added up, in millionths. */
  readonly worth: number;
  /** The best assignment of the same fits in which `fit`'s column or role goes to another, if there is one. */
  without(fit: Fit): Other | undefined;
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
  const best = boundBy(gains, fits, rows);
  const without = (fit: Fit): Other | undefined => {
    const others = gains.map((row, r) => row.map((g, c) => (fits[r]?.[c] === fit ? 0 : g)));
    const { bound, worth } = boundBy(others, fits, rows);
    const instead =
      bound.find((b) => b.fit.role === fit.role) ?? bound.find((b) => b.fit.facts === fit.facts);
    return instead === undefined ? undefined : { instead: instead.fit, worth };
  };
  return { ...best, without };
}

function boundBy(
  gains: readonly (readonly number[])[],
  fits: readonly (readonly (Fit | undefined)[])[],
  rows: number,
): Pick<Solution, 'bound' | 'worth'> {
  const bound: Bound[] = [];
  let worth = 0;
  for (const [r, c] of assign(gains).entries()) {
    const fit = c === undefined ? undefined : fits[r]?.[c];
    if (fit === undefined) continue;
    worth += above(fit, rows);
    bound.push({ fit, certainty: certainty(fit, rows) });
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
