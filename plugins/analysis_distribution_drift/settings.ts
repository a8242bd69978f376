import { type Context, type SmallestEffect, smallestEffect } from '../../src/sdk/index.ts';

/** Settings of this plugin, as numbers and smallest effects. */
export interface Settings {
  readonly smallestIndex: SmallestEffect;
  readonly smallestGap: SmallestEffect;
  readonly smallestSpreadRatio: SmallestEffect;
  readonly minRows: number;
  readonly minMonthRows: number;
  readonly maxLevels: number;
  readonly maxColumns: number;
  readonly draws: number;
  readonly topItems: number;
}

export function readSettings(ctx: Context): Settings {
  const number = (key: string) => Number(ctx.settings[key]);
  return {
    smallestIndex: smallestEffect('smallest_stability_index', ctx.settings),
    smallestGap: smallestEffect('smallest_gap_percent', ctx.settings),
    smallestSpreadRatio: smallestEffect('smallest_spread_ratio', ctx.settings),
    minRows: number('min_rows'),
    minMonthRows: number('min_month_rows'),
    maxLevels: number('max_levels'),
    maxColumns: number('max_columns'),
    draws: number('draws'),
    topItems: number('top_items'),
  };
}
