import type { DesignEffect, HalfResult, Interval, SmallestEffect } from '../../src/sdk/index.ts';
import type { Variable } from './subject.ts';

/** How a p-value came about. */
export type Yardstick = 'limit' | 'permutations' | 'pooled_levels' | 'fisher_exact' | 'none';

/** Two columns, how strongly they go together, and what says that it is no chance. */
export interface Association {
  readonly kind: 'measures' | 'groups' | 'categories';
  readonly a: Variable;
  readonly b: Variable;
  /** Rows with a value in both. */
  readonly n: number;
  /** Spearman's rho with its sign, corrected share of the variance of ranks, or corrected Cramér's V; null if undefined. */
  readonly effect: number | null;
  readonly interval: Interval;
  readonly smallest: SmallestEffect;
  readonly statistic: { readonly name: string; readonly value: number };
  /** Null where nothing was tested. */
  readonly p_value: number | null;
  readonly yardstick: Yardstick;
  /** Of rows that follow each other being alike. */
  readonly designEffect: DesignEffect;
  readonly first: HalfResult;
  readonly second: HalfResult;
}

/** Strength on one scale for all kinds, in [0, 1]: a correlation, the root of a share, or V. */
export function strengthOf({ kind, effect }: Pick<Association, 'kind' | 'effect'>): number {
  const size = Math.abs(effect ?? 0);
  return kind === 'groups' ? Math.sqrt(Math.max(0, effect ?? 0)) : size;
}

/** Whether the effect is large enough to be of interest. */
export function isOfInterest({ effect, smallest }: Pick<Association, 'effect' | 'smallest'>): boolean {
  return smallest.reaches(effect);
}

/** The association of two columns, in either order. */
export type WithOf = (a: Variable, b: Variable) => Association | undefined;
