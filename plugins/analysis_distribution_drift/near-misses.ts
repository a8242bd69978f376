import {
  type Context,
  MOST_HOPEFUL_P,
  nearMissTable,
  plainColumnName,
  type ScreenedHypothesis,
} from '../../src/sdk/index.ts';
import type { HalvesTest } from './halves.ts';
import type { MonthsTest } from './months.ts';
import type { Settings } from './settings.ts';
import { isOfInterest } from './sizes.ts';

const ALIKE = 'neighbouring stretches are too alike for a test';

/** Writes what was tested and how far it was from being reported. */
export async function writeNearMisses(
  ctx: Context,
  halves: readonly HalvesTest[],
  months: readonly MonthsTest[],
  settings: Settings,
): Promise<void> {
  const smallest_effect = settings.smallestIndex;
  const unit = 'population stability index';
  const name = (sqlName: string) => plainColumnName(ctx, sqlName);
  const rows = [
    ...halves.map(({ counts, first, second, size, joined, permuted: { p_value } }): ScreenedHypothesis => {
      const n = [...first, ...second].reduce((total, count) => total + count, 0);
      const reason = joined.alike ? ALIKE : reasonOf(p_value, isOfInterest(size, settings));
      const hypothesis = `${name(counts.sqlName)}: halves differ`;
      return { hypothesis, n, estimate: size.index, unit, smallest_effect, p_value, reason };
    }),
    ...months.flatMap(({ counts, pairs, joined }) =>
      pairs.map(({ size, p_value, rows: n, before, after }): ScreenedHypothesis => {
        const reason = joined.alike ? ALIKE : reasonOf(p_value, isOfInterest(size, settings));
        const hypothesis = `${name(counts.sqlName)}: ${monthName(before)} and ${monthName(after)} differ`;
        return { hypothesis, n, estimate: size.index, unit, smallest_effect, p_value, reason };
      }),
    ),
  ];
  await ctx.artifact(nearMissTable(rows));
}

/** `2025-03` for a month ordinal of the calendar. */
export function monthName(ordinal: number): string {
  return `${Math.floor(ordinal / 12)}-${String((ordinal % 12) + 1).padStart(2, '0')}`;
}

function reasonOf(p: number, isLarge: boolean): string {
  if (p > MOST_HOPEFUL_P) return 'the test is not hopeful';
  return isLarge ? 'reported, if the ledger keeps it' : 'below the smallest effects of interest';
}
