import { expect, test } from 'vitest';
import type { Finding } from '../../../src/contract/index.ts';
import { closeLedger } from '../../../src/report/index.ts';
import { createRandom } from '../../../src/sdk/index.ts';
import { nullTable, plantedTable, type SyntheticTable } from '../../../src/synth/index.ts';
import { rolesOf, type Table, withTable } from '../make-table.ts';
import { type InProcess, runInProcess } from '../run-in-process.ts';
import { bindingsOf } from '../synthetic-table.ts';

const seeds = ['1', '2', '3', '4', '5'];

function analyse(table: SyntheticTable): Promise<InProcess> {
  return withTable(table, (dataset) => runInProcess('analysis_outliers', dataset, bindingsOf(table)));
}

/** What the ledger leaves of the findings. */
function kept({ result }: InProcess): readonly Finding[] {
  return closeLedger([result], 0.05).results[0]?.findings ?? [];
}

function citedRows(findings: readonly Finding[]): Set<number> {
  const evidence = findings
    .flatMap((finding) => [finding, ...finding.items])
    .flatMap((claim) => claim.evidence);
  const rows = evidence.flatMap((one) => (one.kind === 'query' ? (one.rows ?? []) : []));
  return new Set(rows.map(({ row_number }) => row_number));
}

test('values of eight deviations, and rows at distance six that are usual in each column, are found with their rows', async () => {
  const found = new Map<string, { planted: number; cited: number; wrong: number }>();
  for (const seed of seeds.slice(0, 4)) {
    const table = plantedTable(seed, 5_000, { outliers: true, multivariate_outliers: true });
    const findings = kept(await analyse(table));
    for (const truth of table.plants) {
      const own = findings.filter(
        ({ kind, target }) =>
          kind === truth.kind && String(target['columns']) === String(truth.target['columns']),
      );
      const cited = citedRows(own);
      const planted = truth.rows?.row_numbers ?? [];
      const tally = found.get(truth.kind) ?? { planted: 0, cited: 0, wrong: 0 };
      tally.planted += planted.length;
      tally.cited += planted.filter((row) => cited.has(row)).length;
      tally.wrong += [...cited].filter((row) => !planted.includes(row)).length;
      found.set(truth.kind, tally);
    }
    const others = findings.filter(({ target }) =>
      table.plants.every((truth) => String(truth.target['columns']) !== String(target['columns'])),
    );
    expect(others.map(({ title }) => title)).toEqual([]);
  }
  for (const [kind, { planted, cited, wrong }] of found) {
    expect(cited / planted, kind).toBeGreaterThanOrEqual(0.9);
    expect(wrong / planted, kind).toBeLessThanOrEqual(0.02);
  }
});

test('a table without outliers has none, of whatever shape its measures are', async () => {
  for (const seed of seeds.slice(0, 5)) {
    const outcome = await analyse(nullTable(seed, 1_000));
    expect(
      kept(outcome).map(({ title }) => title),
      `seed ${seed}`,
    ).toEqual([]);
    expect(outcome.artifacts.get('near_misses.csv')).toContain(
      'no value of amount lies cut off from all others',
    );
  }
});

/** A log of jobs that take 1, 10, 100 … seconds, in which some rows take what another job takes. */
function jobLog(wrong: readonly number[]): Table {
  const random = createRandom('5', 'jobs');
  const rows = Array.from({ length: 2_400 }, (_, i) => {
    const job = i % 4;
    const usual = 10 ** job * Math.exp(0.2 * random.normal());
    const seconds = wrong.includes(i + 1) ? usual * 40 : usual;
    return [String(i + 1), `JOB_${'ABCD'[job]}`, seconds.toFixed(3), (random.uniform() * 100).toFixed(3)];
  });
  return {
    columns: [
      { name: 'RUN', type: { kind: 'integer' } },
      { name: 'JOB', type: { kind: 'text' } },
      { name: 'TOOK', type: { kind: 'decimal', precision: 12, scale: 3 } },
      { name: 'LOAD', type: { kind: 'decimal', precision: 12, scale: 3 } },
    ],
    rows,
  };
}

test('a duration that is usual over all rows but not for its job is found in its job', async () => {
  const wrong = [5, 401, 1202, 1806];
  const roles = rolesOf({ run_id: 'RUN', activity: 'JOB', duration: 'TOOK', measure: 'LOAD' });
  const outcome = await withTable(jobLog(wrong), (dataset) =>
    runInProcess('analysis_outliers', dataset, roles),
  );
  const findings = kept(outcome);
  expect(findings.map(({ kind }) => kind)).toEqual(['outliers_within_activity']);
  expect([...citedRows(findings)].sort((a, b) => a - b)).toEqual(wrong);
  const [finding] = findings;
  expect(finding?.statement).toMatch(/TOOK lies far above all other values of the same JOB in some rows/);
  expect(finding?.items.map(({ fields }) => fields['level']?.value).toSorted()).toEqual(['JOB_A', 'JOB_B']);
});

test('without wrong rows the jobs differ by a factor of a thousand and nothing is said', async () => {
  const roles = rolesOf({ run_id: 'RUN', activity: 'JOB', duration: 'TOOK', measure: 'LOAD' });
  const outcome = await withTable(jobLog([]), (dataset) => runInProcess('analysis_outliers', dataset, roles));
  expect(kept(outcome)).toEqual([]);
});

test('a value that is usual for its label is no outlier, and a second run says the same', async () => {
  const random = createRandom('6', 'labels');
  const rows = Array.from({ length: 2_000 }, (_, i) => {
    const isYearly = i % 400 === 7;
    return [isYearly ? 'yearly' : 'monthly', ((isYearly ? 1_200 : 100) + 5 * random.normal()).toFixed(2)];
  });
  const table: Table = {
    columns: [
      { name: 'TERMS', type: { kind: 'text' } },
      { name: 'AMOUNT', type: { kind: 'decimal', precision: 12, scale: 2 } },
    ],
    rows,
  };
  const roles = rolesOf({ category: 'TERMS', measure: 'AMOUNT' });
  const runs = [];
  for (const _ of [1, 2]) {
    runs.push(await withTable(table, (dataset) => runInProcess('analysis_outliers', dataset, roles)));
  }
  expect(runs[0]?.result.findings).toEqual([]);
  expect(runs[0]?.result.notes.join(' ')).toContain('usual for their label');
  expect(runs[1]?.result).toEqual(runs[0]?.result);
  const alone = await withTable(table, (dataset) =>
    runInProcess('analysis_outliers', dataset, rolesOf({ measure: 'AMOUNT' })),
  );
  const [finding] = kept(alone);
  expect(finding?.statement).toMatch(/in 5\srows/);
  const amounts = rows.map((row) => Number(row[1]));
  const nearest = amounts.toSorted((a, b) => b - a)[4] ?? 0;
  const distanceBy = (values: readonly number[], at: readonly [number, number]) => {
    const [median = 0, quartile = 0] = at.map((rank) => values.toSorted((a, b) => a - b)[rank - 1]);
    return (nearest - median) / (quartile - median);
  };
  // of 2,000 values the binomial distribution has 950 to 1051 and 1456 to 1544 (rank-intervals.json): at most one nearer
  const { low, high } = finding?.estimate?.confidence_interval ?? {};
  expect(finding?.estimate?.value).toBeCloseTo(distanceBy(amounts, [1000, 1500]), 9);
  expect([low, high]).toEqual([
    expect.closeTo(distanceBy(amounts, [949, 1545]), 9),
    expect.closeTo(distanceBy(amounts, [1052, 1456]), 9),
  ]);
  for (const [half, name] of ['first', 'second'].entries()) {
    const own = amounts.filter((_, i) => (i + 1).toString(2).replaceAll('0', '').length % 2 === half);
    const [middle, three] = [Math.ceil(own.length / 2), Math.ceil(0.75 * own.length)];
    const field = finding?.fields[`quartile_distances_${name}`]?.value;
    expect(field).toBeCloseTo(distanceBy(own, [middle, three]), 9);
  }
});
