import { type Context, type SmallestEffect, smallestEffect } from '../../src/sdk/index.ts';

/** The plugin's settings, by name; plugin.json says what each means. */
export interface Settings {
  /** Undefined: every measure in turn. */
  readonly target: string | undefined;
  /** Undefined: all other measures, and categories of few levels. */
  readonly predictors: readonly string[] | undefined;
  readonly degree: number;
  readonly intercept: boolean;
  readonly smallestRSquared: SmallestEffect;
  readonly mostTargets: number;
  readonly mostTerms: number;
  readonly mostLevels: number;
  readonly mostMissing: number;
  readonly permutations: number;
}

export function readSettings({ settings }: Context): Settings {
  const number = (key: string): number => Number(settings[key]);
  const { target, predictors } = settings;
  return {
    target: typeof target === 'string' ? target : undefined,
    predictors: Array.isArray(predictors) ? predictors.map(String) : undefined,
    degree: number('polynomial_degree'),
    intercept: settings['intercept'] !== false,
    smallestRSquared: smallestEffect('smallest_adjusted_r_squared', settings),
    mostTargets: number('most_targets'),
    mostTerms: number('most_terms'),
    mostLevels: number('most_levels'),
    mostMissing: number('most_missing_percent') / 100,
    permutations: number('permutations'),
  };
}

/** Level of every confidence interval. */
export const LEVEL = 0.95;
