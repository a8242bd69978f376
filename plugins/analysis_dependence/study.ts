import type { Context, SerialDependence } from '../../src/sdk/index.ts';
import type { RankSums } from './rank-sums.ts';
import type { Scores } from './scores.ts';
import type { Settings } from './settings.ts';
import type { SmallTable } from './small-table.ts';
import type { Subject } from './subject.ts';

/** What every part of the analysis works on. */
export interface Study {
  readonly ctx: Context;
  readonly settings: Settings;
  readonly subject: Subject;
  readonly scores: Scores;
  readonly sums: RankSums;
  readonly serial: SerialDependence;
  /** All rows, where they are few enough for permutations; undefined for large tables. */
  readonly small: SmallTable | undefined;
}
