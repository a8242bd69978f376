import type { Context } from '../../src/sdk/index.ts';

/** Settings of this plugin, as numbers. */
export interface Settings {
  readonly smallestIndex: number;
  readonly smallestGap: number;
  readonly smallestSpreadRatio: number;
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
    smallestIndex: number('smallest_stability_index'),
    smallestGap: number('smallest_gap_percent') / 100,
    smallestSpreadRatio: number('smallest_spread_ratio'),
    minRows: number('min_rows'),
    minMonthRows: number('min_month_rows'),
    maxLevels: number('max_levels'),
    maxColumns: number('max_columns'),
    draws: number('draws'),
    topItems: number('top_items'),
  };
}
