import { type Context, type SmallestEffect, smallestEffect } from '../../src/sdk/index.ts';

/** The plugin's settings, by name; plugin.json says what each means. */
export interface Settings {
  readonly smallestCorrelation: SmallestEffect;
  readonly smallestShare: SmallestEffect;
  readonly smallestCramersV: SmallestEffect;
  readonly mostColumns: number;
  readonly mostLevels: number;
  readonly mostCells: number;
  readonly mostFindings: number;
  readonly permutations: number;
}

export function readSettings({ settings }: Context): Settings {
  const number = (key: string): number => Number(settings[key]);
  return {
    smallestCorrelation: smallestEffect('smallest_correlation', settings),
    smallestShare: smallestEffect('smallest_explained_share', settings),
    smallestCramersV: smallestEffect('smallest_cramers_v', settings),
    mostColumns: number('most_columns'),
    mostLevels: number('most_levels'),
    mostCells: number('most_cells'),
    mostFindings: number('most_findings'),
    permutations: number('permutations'),
  };
}

/** Level of every confidence interval. */
export const LEVEL = 0.95;
