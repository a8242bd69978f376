import { type Context, smallestEffect } from '../../src/sdk/index.ts';
import type { CloseWindow } from './cycles.ts';
import type { StudyOptions } from './series-study.ts';
import type { AxisLimits } from './time-axis.ts';

/** The settings of the manifest, read once. */
export interface Settings {
  readonly study: StudyOptions;
  readonly axis: AxisLimits;
  readonly mostMeasures: number;
  readonly mostActivities: number;
  readonly alongRows: boolean;
  /** Only of process logs. */
  readonly close: CloseWindow | undefined;
}

export function readSettings(ctx: Context): Settings {
  const number = (key: string) => Number(ctx.settings[key]);
  const isLog = ctx.role('queued_at') !== undefined;
  return {
    study: {
      detect: {
        penalty: number('penalty'),
        noiseFloor: number('noise_floor_share'),
        leastIndependent: number('least_independent_values'),
        mostChanges: number('most_changes'),
        levelsOnly: isLog,
      },
      permutations: number('permutations'),
      smallestShift: smallestEffect('smallest_shift_spreads', ctx.settings),
      smallestRelative: smallestEffect('smallest_change_percent', ctx.settings),
    },
    axis: { fewest: number('fewest_stretches'), most: number('most_stretches') },
    mostMeasures: number('most_measures'),
    mostActivities: number('most_activities'),
    close: isLog ? { first: number('close_start_day'), last: number('close_end_day') } : undefined,
    alongRows: ctx.settings['along_rows_without_time'] === true,
  };
}
