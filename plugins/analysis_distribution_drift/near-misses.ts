import {
  type Context,
  MOST_HOPEFUL_P,
  nearMissTable,
  plainColumnName,
  type ScreenedHypothesis,
} from '../../src/sdk/index.ts';
import type { LabelledHalves } from './halves-request.ts';
import type { LabelledMonths } from './month-findings.ts';
import type { Settings } from './settings.ts';
import { isOfInterest } from './sizes.ts';

const ALIKE = 'neighbouring stretches are too alike for a test';

interface Tested {
  readonly halves: readonly LabelledHalves[];
  readonly months: readonly LabelledMonths[];
}

/** Writes what was tested and how far it was from being reported. */
export async function writeNearMisses(
  ctx: Context,
  { halves, months }: Tested,
  settings: Settings,
): Promise<void> {
  const { value: smallest_effect, unit } = settings.smallestIndex;
  const name = (sqlName: string) => plainColumnName(ctx, sqlName);
  const rows = [
    ...halves.map(({ test, label }): ScreenedHypothesis => {
      const { counts, first, second, size, joined, permuted } = test;
      const { p_value } = permuted;
      const n = [...first, ...second].reduce((total, count) => total + count, 0);
      const reason = joined.alike ? ALIKE : reasonOf(p_value, isOfInterest(size, settings));
      const hypothesis = `${name(counts.sqlName)}: the halves do not differ`;
      return { hypothesis, n, estimate: size.index, unit, smallest_effect, p_value, reason, test: label };
    }),
    ...months.flatMap(({ test, pairs }) => {
      const { counts, joined, permuted } = test;
      const all = pairs.reduce((total, { pair }) => total + pair.rows, 0);
      return pairs.map(({ pair, label }, i): ScreenedHypothesis => {
        // the pair that lies farthest apart is the test of all
        const [n, p_value] = i === 0 ? [all, permuted.p_value] : [pair.rows, pair.p_value];
        const reason = joined.alike ? ALIKE : reasonOf(p_value, isOfInterest(pair.size, settings));
        const farthest = i === 0 ? ' (of all pairs the farthest apart)' : '';
        const hypothesis = `${name(counts.sqlName)}: ${monthName(pair.before)} and ${monthName(pair.after)} do not differ${farthest}`;
        return {
          hypothesis,
          n,
          estimate: pair.size.index,
          unit,
          smallest_effect,
          p_value,
          reason,
          test: label,
        };
      });
    }),
  ];
  await ctx.artifact(nearMissTable(rows, ctx.coverage));
}

/** `2025-03` for a month ordinal of the calendar. */
export function monthName(ordinal: number): string {
  return `${Math.floor(ordinal / 12)}-${String((ordinal % 12) + 1).padStart(2, '0')}`;
}

function reasonOf(p: number, isLarge: boolean): string {
  if (p > MOST_HOPEFUL_P) return 'the test is not hopeful';
  return isLarge ? 'reported, if the ledger keeps it' : 'below the smallest effects of interest';
}
