import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rolesOf, withTable } from '../make-table.ts';
import { runInProcess } from '../run-in-process.ts';

/** fixtures/reference/missing/make.py: scipy, statsmodels and pandas, from the table to what is told. */
const folder = new URL('../../../fixtures/reference/missing/', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8');
interface Expected {
  readonly column: string;
  readonly by: string;
  readonly n: number;
  readonly statistic: number;
  readonly effect: number;
  readonly p_value: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly halves: readonly [number, number];
  readonly holds: string;
}
const expected = JSON.parse(text('expected.json')) as readonly Expected[];
const [header = '', ...lines] = text('table.csv').trim().split('\n');
const names = header.split(',');

/** Everything whose p-value is hopeful is told, however small. */
const ALL = { smallest_association: 0, smallest_rank_difference: 0 };

async function told() {
  const table = {
    columns: names.map((name) => ({
      name,
      type: { kind: name === 'region' ? ('text' as const) : ('double' as const) },
    })),
    rows: lines.map((line) => line.split(',').map((cell) => cell || null)),
  };
  const roles = names.flatMap((name) => rolesOf({ [name === 'region' ? 'category' : 'measure']: name }));
  const { result } = await withTable(table, (dataset) =>
    runInProcess('profile_quality', dataset, roles, ALL),
  );
  return result;
}

function expectNear(actual: unknown, wanted: number, what: string): void {
  expect(Math.abs(Number(actual) - wanted), what).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
}

test('what missing values depend on: tests, effects, intervals and halves are those of scipy and statsmodels', async () => {
  const { tests, findings } = await told();
  const missing = findings.filter(({ kind }) => kind === 'missing_not_at_random');
  expect(tests).toHaveLength(expected.length);
  const holds = new Set<string>();
  for (const { column, by, ...reference } of expected) {
    const what = `${column} by ${by}`;
    const own = tests.find(({ hypothesis }) =>
      new RegExp(`^${column} is missing .* (of|large) ${by}$`).test(hypothesis),
    );
    expect(own?.n, what).toBe(reference.n);
    expectNear(own?.statistic.value, reference.statistic, what);
    expect((own?.p_value ?? 0) / reference.p_value, what).toBeCloseTo(1, 8);
    const item = missing
      .find(({ target }) => String(target['columns']) === column)
      ?.items.find(({ fields }) => fields['by']?.value === by);
    expect(item === undefined, what).toBe(reference.p_value > 0.2);
    if (item === undefined) continue;
    expectNear(item.fields['effect']?.value, reference.effect, what);
    expectNear(item.fields['difference']?.value, reference.difference, what);
    expectNear(item.fields['difference_low']?.value, reference.low, what);
    expectNear(item.fields['difference_high']?.value, reference.high, what);
    expectNear(item.fields['first_half']?.value, reference.halves[0], what);
    expectNear(item.fields['second_half']?.value, reference.halves[1], what);
    expect(item.replication?.holds, what).toBe(reference.holds);
    holds.add(reference.holds);
  }
  expect([...holds].sort()).toEqual(['both', 'first', 'neither', 'second']);
});
