import { expect, test } from 'vitest';
import { type Sha256, sha256 } from '../../src/base/index.ts';
import { planRetention, type RetentionFacts, type RunFacts } from '../../src/engine/retention-plan.ts';
import type { ResolvedPolicy } from '../../src/engine/retention-policy.ts';

const NOW = '2026-03-01T00:00:00.000Z';
const POLICY: ResolvedPolicy = {
  max_age_days: 60,
  max_runs: null,
  max_bytes: null,
  keep: 0,
  grace_days: 14,
  pack_first: null,
  cache_bytes: 0,
};

const daysAgo = (days: number): string => new Date(Date.parse(NOW) - days * 86_400_000).toISOString();

function run(days: number, more: Partial<RunFacts> = {}): RunFacts {
  return {
    run_id: `${days} days old`,
    created_at: daysAgo(days),
    under_way: false,
    has_result: true,
    pinned: null,
    dataset_version_id: sha256('v1'),
    bytes: 100,
    ...more,
  };
}

/** Versions v1, v2 … of one dataset, each with the part of its number and all before, received so many days ago. */
function factsOf(runs: readonly RunFacts[], received: readonly number[] = [0]): RetentionFacts {
  const name = (letter: string, i: number): Sha256 => sha256(`${letter}${i + 1}`);
  return {
    runs,
    entries: received.map((_, i) => ({
      dataset: 'orders',
      ordinal: i + 1,
      dataset_version_id: name('v', i),
      kind: 'real',
      row_count: 1,
      rejected_rows: 0,
      created_at: NOW,
      deleted_at: null,
    })),
    versionParts: new Map(
      received.map((_, i) => [name('v', i), received.slice(0, i + 1).map((_, j) => name('p', j))]),
    ),
    parts: received.map((days, i) => ({
      part_id: name('p', i),
      upload_sha256: name('u', i),
      bytes: 1000,
      upload_bytes: 2000,
      received_at: daysAgo(days),
    })),
  };
}

function going(facts: RetentionFacts, policy: Partial<ResolvedPolicy> = {}) {
  const plan = planRetention(facts, { ...POLICY, ...policy }, NOW);
  return {
    runs: plan.runs.map(({ run_id }) => run_id),
    versions: plan.entries.map(({ entry }) => entry.ordinal),
  };
}

test.each([
  [0, 'no run is to stay'],
  [1, 'it is not the newest run'],
  [2, 'it is not among the newest 2 runs'],
])('the reason of a run beyond the newest %i says so', (max_runs, reason) => {
  const { runs } = planRetention(factsOf([run(0), run(1), run(2)]), { ...POLICY, max_runs }, NOW);
  expect(new Set(runs.map((one) => one.reason))).toEqual(new Set([reason]));
});

test('OBS-06 of 10 runs, keep 3: the seven oldest go, the newest three and their data stay', () => {
  const runs = Array.from({ length: 10 }, (_, i) => run(i));
  expect(going(factsOf(runs), { keep: 3, max_runs: 3 })).toEqual({
    runs: runs.slice(3).map(({ run_id }) => run_id),
    versions: [],
  });
});

test('OBS-06 runs older than 60 days go, but never the newest few', () => {
  const runs = [run(10), run(70), run(80)];
  expect(going(factsOf(runs)).runs).toEqual(['70 days old', '80 days old']);
  expect(going(factsOf(runs), { keep: 2 }).runs).toEqual(['80 days old']);
  expect(going(factsOf(runs), { keep: 3 }).runs).toEqual([]);
  expect(going(factsOf(runs), { max_age_days: null }).runs).toEqual([]);
});

test('OBS-06 what is pinned and what is under way never goes', () => {
  const runs = [
    run(70, { pinned: 'artifacts' }),
    run(80, { pinned: 'data' }),
    run(90, { under_way: true, has_result: false }),
  ];
  expect(going(factsOf(runs), { max_runs: 0, max_bytes: 0 }).runs).toEqual([]);
});

test('a run without a result does not push out one that has one, and goes by its age', () => {
  const failed = (days: number) => run(days, { has_result: false });
  const runs = [failed(1), failed(2), run(3), failed(4), run(5)];
  expect(going(factsOf(runs), { max_runs: 1, keep: 1 }).runs).toEqual(['4 days old', '5 days old']);
  expect(going(factsOf([failed(70), run(71)]), { keep: 1 }).runs).toEqual(['70 days old']);
});

test('data go with the last run that used them; parts of a newer version are not asked', () => {
  const runs = [run(1, { dataset_version_id: sha256('v2') }), run(70, { dataset_version_id: sha256('v1') })];
  expect(going(factsOf(runs, [70, 1]))).toEqual({ runs: ['70 days old'], versions: [1] });
});

test('a run pinned without its data stays, and its data go; pinned with them, they stay', () => {
  expect(going(factsOf([run(70, { pinned: 'artifacts' })], [70]))).toEqual({ runs: [], versions: [1] });
  expect(going(factsOf([run(10, { pinned: 'artifacts' })], [70]))).toEqual({ runs: [], versions: [] });
  expect(going(factsOf([run(70, { pinned: 'data' })], [70]))).toEqual({ runs: [], versions: [] });
});

test('data that no run ever used go by when they were last received', () => {
  expect(going(factsOf([], [61])).versions).toEqual([1]);
  expect(going(factsOf([], [61, 59])).versions).toEqual([1]);
  expect(going(factsOf([], [61]), { max_age_days: null, max_runs: 0 }).versions).toEqual([]);
});

test('OBS-06 the oldest runs go until runs, parts and uploads fit', () => {
  const runs = [
    run(1, { dataset_version_id: sha256('v2') }),
    run(2, { dataset_version_id: sha256('v2') }),
    run(3, { dataset_version_id: sha256('v1') }),
  ];
  // Two parts and their uploads are 6000 bytes; v2 needs both.
  const facts = factsOf(runs, [0, 0]);
  expect(going(facts, { max_bytes: 6300 }).runs).toEqual([]);
  expect(going(facts, { max_bytes: 6299 }).runs).toEqual(['3 days old']);
  expect(going(facts, { max_bytes: 6100 }).runs).toEqual(['3 days old', '2 days old']);
  expect(going(facts, { max_bytes: 0 })).toEqual({
    runs: ['3 days old', '2 days old', '1 days old'],
    versions: [1, 2],
  });
  expect(going(facts, { max_bytes: 0, keep: 1 }).runs).toEqual(['3 days old', '2 days old']);
});
