import { expect, test } from 'vitest';
import type { Plan } from '../../../plugins/analysis_changepoint/plan.ts';
import { largestOf } from '../../../plugins/analysis_changepoint/report-series.ts';
import type { WithModel } from '../../../plugins/analysis_changepoint/screen.ts';
import { itemTitle, titleOf } from '../../../plugins/analysis_changepoint/wording.ts';

const plan = (kind: string) =>
  ({ ctx: { coverage: { kind } }, axis: { word: 'day', words: 'days', width: 'day' } }) as unknown as Plan;
const found = (values: readonly number[], after: number) =>
  ({
    series: { summary: { kind: 'rows' }, values: Float64Array.from(values) },
    adjusted: { removed: [{ cycle: { name: 'close window' } }] },
    tested: { model: { degree: 0 }, changes: [{ before: 3, after }] },
  }) as unknown as WithModel;

const told = (one: WithModel) => ({ lead: largestOf(one.tested.changes), mixture: undefined });

test('rows of a sample are told as drawn, those of a table as rows', () => {
  const one = found([1, 2, 3], 1);
  expect(titleOf(plan('SAMPLED'), one, told(one))).toMatch(/^Drawn rows per day, adjusted/);
  expect(titleOf(plan('FULL'), one, told(one))).toMatch(/^Rows per day, adjusted/);
});

test('of what is never below zero no level below zero is told, but the shift', () => {
  const [full, below] = [plan('FULL'), found([0, 2, 3], -1)];
  expect(titleOf(full, below, told(below))).toContain(': a shift of {shift} on {date}');
  expect(itemTitle(full, below, told(below).lead)).toBe('On {date}: a shift of {shift}');
  const seen = found([-2, 2, 3], -1);
  expect(titleOf(full, seen, told(seen))).toContain('from {before} to {after}');
});
