import { expect, test } from 'vitest';
import type { Finding } from '../../src/contract/index.ts';
import { compareFindings } from '../../src/report/compare/compare-findings.ts';
import { buildReport } from '../../src/report/index.ts';
import { finding, outcome, reportInput } from './documents.ts';

/** What changed between two runs whose one finding has these estimates. */
function changed(a: Finding['estimate'], b: Finding['estimate']): string[] {
  const [first, second] = [a, b].map((estimate) =>
    buildReport(
      reportInput({
        outcomes: [
          outcome('analysis_waits', {
            findings: [finding({ kind: 'difference', ...(estimate && { estimate }) })],
          }),
        ],
      }),
    ),
  );
  if (first === undefined || second === undefined) throw new Error('there are two reports');
  return compareFindings(first, second).changed.flatMap(({ changes }) => changes.map(({ what }) => what));
}

test('estimates of the same thing are compared by their numbers', () => {
  const means = { name: 'difference_of_means', value: 621, unit: 'EUR' };
  expect(changed(means, { ...means, value: 620 })).toEqual(['estimate']);
  expect(changed(means, means)).toEqual([]);
});

test('of estimates of different things only the names are compared', () => {
  const means = { name: 'difference_of_means', value: 621, unit: 'EUR' };
  const chance = {
    name: 'chance_of_a_smaller_value',
    value: 97.9,
    unit: '%',
    confidence_interval: { low: 97, high: 99, level: 0.95 },
  };
  expect(changed(means, chance)).toEqual(['estimate_name']);
});
