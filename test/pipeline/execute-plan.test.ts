import { expect, test } from 'vitest';
import { executePlan } from '../../src/pipeline/execute-plan.ts';
import type { Claim } from '../../src/pipeline/governor.ts';
import type { Outcome } from '../../src/pipeline/outcome.ts';
import type { PlannedPlugin } from '../../src/pipeline/plan.ts';
import { plugin } from './make.ts';

const entry = (id: string, upstream: string[] = [], notApplicable?: string): PlannedPlugin => ({
  plugin: plugin({ id }),
  settings: {},
  upstream: upstream.map((on) => ({ id: on, required: true })),
  leftOut: notApplicable === undefined ? undefined : { status: 'not_applicable', reason: notApplicable },
  grants: [],
  missing: [],
});

const outcome = (of: PlannedPlugin, status: Outcome['status'], reason = ''): Outcome => ({
  entry: of,
  manifest: of.plugin.manifest,
  status,
  reason,
  executionFingerprint: null,
  seed: '0',
  reusedFrom: null,
  startedAt: '',
  finishedAt: '',
  durationMs: null,
  peakMemoryBytes: null,
  exitCode: null,
  sandboxLayers: [],
  usedCapabilities: null,
  undeclaredCapabilities: [],
  chunks: { computed: 0, takenOver: 0 },
});

const NO_CLAIM: Claim = { concurrencyClass: 'cpu', memoryBytes: 0 };

function execute(
  planned: PlannedPlugin[],
  change: {
    workers?: number;
    memoryBytes?: number;
    stopOnFailure?: boolean;
    ends?: Record<string, Outcome['status']>;
    claims?: Record<string, Claim>;
  } = {},
) {
  const log: string[] = [];
  const waits: string[] = [];
  let running = 0;
  let most = 0;
  const done = executePlan(
    { planned, runnable: planned },
    {
      room: { workers: change.workers ?? 1, memoryBytes: change.memoryBytes ?? 0 },
      claimOf: (of) => change.claims?.[of.plugin.manifest.id] ?? NO_CLAIM,
      onWait: (of, waitsFor) => waits.push(`${of.plugin.manifest.id} ${waitsFor}`),
      stopOnFailure: change.stopOnFailure ?? false,
      signal: undefined,
      skip: outcome,
      async execute(of) {
        running += 1;
        most = Math.max(most, running);
        log.push(of.plugin.manifest.id);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        return outcome(of, change.ends?.[of.plugin.manifest.id] ?? 'ok');
      },
    },
  );
  return done.then((outcomes) => ({
    ends: outcomes.map((o) => `${o.manifest.id} ${o.status}`),
    log,
    most,
    waits,
  }));
}

const diamond = () => [entry('a'), entry('b', ['a']), entry('c', ['a']), entry('d', ['b', 'c'])];

test.each([1, 2, 4])(
  'EXEC-03 with %i workers outcomes come in plan order, after their upstream',
  async (workers) => {
    const { ends, log, most } = await execute(diamond(), { workers });
    expect(ends).toEqual(['a ok', 'b ok', 'c ok', 'd ok']);
    expect(log[0]).toBe('a');
    expect(log.at(-1)).toBe('d');
    expect(most).toBe(Math.min(workers, 2));
  },
);

test('what depends on a failed plugin is not executed, the rest is', async () => {
  const { ends } = await execute([...diamond(), entry('e')], { ends: { b: 'failed' } });
  expect(ends).toEqual(['a ok', 'b failed', 'c ok', 'd upstream_failed', 'e ok']);
});

test('with the policy stop, nothing starts after a failure', async () => {
  const { ends } = await execute(diamond(), { ends: { a: 'failed' }, stopOnFailure: true });
  expect(ends).toEqual(['a failed', 'b cancelled', 'c cancelled', 'd cancelled']);
});

test('a plugin that does not apply is no failure', async () => {
  const { ends } = await execute([entry('a', [], 'no column'), entry('b')], { stopOnFailure: true });
  expect(ends).toEqual(['a not_applicable', 'b ok']);
});

test('an upstream plugin outside the plan is not waited for', async () => {
  const { ends } = await execute([entry('b', ['elsewhere'])]);
  expect(ends).toEqual(['b ok']);
});

test('an exception of the engine waits for what runs and comes out', async () => {
  const failing = executePlan(
    { planned: [entry('a'), entry('b')], runnable: [] },
    {
      room: { workers: 2, memoryBytes: 0 },
      claimOf: () => NO_CLAIM,
      onWait: () => undefined,
      stopOnFailure: false,
      signal: undefined,
      skip: outcome,
      execute: (of) =>
        of.plugin.manifest.id === 'a'
          ? Promise.reject(new Error('disk gone'))
          : Promise.resolve(outcome(of, 'ok')),
    },
  );
  await expect(failing).rejects.toThrow('disk gone');
});

const claims = (of: Record<string, [Claim['concurrencyClass'], number]>): Record<string, Claim> =>
  Object.fromEntries(
    Object.entries(of).map(([id, [concurrencyClass, memoryBytes]]) => [
      id,
      { concurrencyClass, memoryBytes },
    ]),
  );

test('PERF-04 more workers: less waiting, the same outcomes', async () => {
  const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => entry(id));
  const one = await execute(six, { workers: 1 });
  const four = await execute(six, { workers: 4 });
  expect(four.ends).toEqual(one.ends);
  expect([one.most, four.most]).toEqual([1, 4]);
  expect(one.waits).toEqual(['b', 'c', 'd', 'e', 'f'].map((id) => `${id} workers`));
  expect(four.waits).toEqual(['e workers', 'f workers']);
});

test('PERF-04 io runs beside the workers, as many again; of the class memory runs one', async () => {
  const kinds = claims({ i1: ['io', 0], i2: ['io', 0], m1: ['memory', 0], m2: ['memory', 0], c: ['cpu', 0] });
  const two = await execute(
    ['i1', 'i2', 'm1', 'm2', 'c'].map((id) => entry(id)),
    { workers: 2, claims: kinds },
  );
  expect(two.most).toBe(4);
  expect(two.waits).toEqual(['m2 memory_class']);
  const one = await execute(
    ['i1', 'i2', 'm1', 'm2', 'c'].map((id) => entry(id)),
    { workers: 1, claims: kinds },
  );
  expect(one.most).toBe(2);
});

test('PERF-01 nothing starts before the memory that it may take is free; what is more than all runs alone', async () => {
  const of = claims({ a: ['cpu', 60], b: ['cpu', 60], c: ['cpu', 40], large: ['cpu', 500], d: ['cpu', 10] });
  const ids = ['a', 'b', 'c', 'large', 'd'];
  const { ends, waits, log } = await execute(
    ids.map((id) => entry(id)),
    { workers: 4, memoryBytes: 100, claims: of },
  );
  expect(ends).toEqual(ids.map((id) => `${id} ok`));
  // c would fit beside a, and stays behind b: what waits for memory is not overtaken.
  expect(log).toEqual(ids);
  expect(waits.slice(0, 4)).toEqual(['b memory', 'c turn', 'large turn', 'd turn']);
  expect(waits).toContain('large memory');
  expect(waits).toContain('d memory');
});
