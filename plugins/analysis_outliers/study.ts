import {
  type Context,
  type QueryHandle,
  type ScreenedHypothesis,
  type SmallestEffect,
  smallestEffect,
  type TableView,
} from '../../src/sdk/index.ts';
import type { Measured } from './measured.ts';

/** What every part of this analysis works with. */
export interface Study {
  readonly ctx: Context;
  readonly view: TableView;
  readonly measures: readonly Measured[];
  /** Every hypothesis that was looked at. */
  readonly screened: ScreenedHypothesis[];
  /** A query per measure with its middle: what derivations over all rows lean on. */
  readonly middles: QueryHandle[];
  readonly settings: Settings;
}

export interface Settings {
  readonly smallestRatio: SmallestEffect;
  readonly smallestRowRatio: SmallestEffect;
  readonly mostItems: number;
  readonly mostMeasures: number;
  readonly smallestCorrelation: number;
}

export function settingsOf(ctx: Context): Settings {
  return {
    smallestRatio: smallestEffect('smallest_ratio', ctx.settings),
    smallestRowRatio: smallestEffect('smallest_row_ratio', ctx.settings),
    mostItems: Number(ctx.settings['most_items']),
    mostMeasures: Number(ctx.settings['most_measures']),
    smallestCorrelation: Number(ctx.settings['smallest_correlation']),
  };
}

/** Why a tested hypothesis is or isn't claimed. */
export function reasonOf(p: number, ratio: number, { smallestRatio }: Settings, mostHopeful: number): string {
  if (p > mostHopeful) return 'a gap like this is usual for the tail';
  return smallestRatio.reaches(ratio)
    ? 'left to the ledger of the run'
    : 'the gap is smaller than the smallest of interest';
}
