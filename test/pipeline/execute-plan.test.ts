import { expect, test } from 'vitest';
import { executePlan } from '../../src/pipeline/execute-plan.ts';
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

function execute(
  planned: PlannedPlugin[],
  change: { workers?: number; stopOnFailure?: boolean; ends?: Record<string, Outcome['status']> } = {},
) {
  const log: string[] = [];
  let running = 0;
  let most = 0;
  const done = executePlan(
    { planned, runnable: planned },
    {
      workers: change.workers ?? 1,
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
      workers: 2,
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
