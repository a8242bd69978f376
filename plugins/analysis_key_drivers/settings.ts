import { type Context, type SmallestEffect, smallestEffect } from '../../src/sdk/index.ts';

/** Settings of this plugin, as numbers and smallest effects. */
export interface Settings {
  readonly smallestSuperiority: SmallestEffect;
  readonly smallestInteraction: SmallestEffect;
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
    smallestSuperiority: smallestEffect('smallest_superiority_percent', ctx.settings),
    smallestInteraction: smallestEffect('smallest_interaction_points', ctx.settings),
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
