import type { Context } from '../../src/sdk/index.ts';

/** Settings of this plugin, as numbers. */
export interface Settings {
  readonly smallestSuperiority: number;
  readonly smallestInteraction: number;
  readonly minRows: number;
  readonly maxLevels: number;
  readonly maxMeasures: number;
  readonly maxCategories: number;
  readonly numericBands: boolean;
  readonly otherDrivers: number;
  readonly explainedBelow: number;
  readonly topSegments: number;
}

export function readSettings(ctx: Context): Settings {
  const number = (key: string) => Number(ctx.settings[key]);
  return {
    smallestSuperiority: number('smallest_superiority_percent') / 100 - 0.5,
    smallestInteraction: number('smallest_interaction_points') / 100,
    minRows: number('min_rows'),
    maxLevels: number('max_levels'),
    maxMeasures: number('max_measures'),
    maxCategories: number('max_categories'),
    numericBands: ctx.settings['numeric_bands'] === true,
    otherDrivers: number('other_drivers'),
    explainedBelow: number('explained_below_percent') / 100,
    topSegments: number('top_segments'),
  };
}
