import { expect, test } from 'vitest';
import { changesTogether, isOfJobs, type Placed } from '../../../plugins/analysis_changepoint/together.ts';

/** A change of the rows per day of a job, or of all of them, on a day. */
const placed = (day: number, job?: string, p = 0.0001) =>
  ({
    one: {
      series: {
        summary: { kind: 'rows', ...(job !== undefined && { within: { column: 'JOB', value: job } }) },
        ordinals: Int32Array.from({ length: 100 }, (_, i) => i),
      },
    },
    change: { at: day, alike: { before: 1, after: 2 }, test: { p_value: p } },
  }) as unknown as Placed;

test('changes of three jobs within three days are one event; of two jobs, or days apart, they are not', () => {
  const [a, b, c, all] = [placed(40, 'A'), placed(42, 'B'), placed(43, 'C'), placed(41)];
  expect(changesTogether([a, all, b, c])).toEqual([[a, all, b, c]]);
  expect(changesTogether([a, all, b])).toEqual([]);
  expect(changesTogether([a, b, placed(44, 'C')])).toEqual([]);
  expect(changesTogether([a, b, placed(41, 'C', 0.02)])).toEqual([]);
});

test('a change of all rows is one of jobs where a job changed on the same days', () => {
  const all = placed(41);
  expect(isOfJobs(all, [all, placed(43, 'A')])).toBe(true);
  expect(isOfJobs(all, [all, placed(60, 'A')])).toBe(false);
  expect(isOfJobs(placed(41, 'B'), [placed(41, 'A')])).toBe(false);
});
