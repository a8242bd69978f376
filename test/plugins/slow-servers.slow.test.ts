import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPlugin } from '../../src/testing/index.ts';
import { dice } from './process-log.ts';

const PLUGIN = join(import.meta.dirname, '../../plugins/analysis_resource_imbalance');
const DAY = 86_400_000;

/** Ten weeks of two jobs on two servers: the long job runs mostly on H2, which takes `factor` times as long. */
function log(factor: number, seed: number) {
  const roll = dice(seed);
  const stamp = (at: number) => new Date(at).toISOString().slice(0, 23).replace('T', ' ');
  return Array.from({ length: 1400 }, (_, i) => {
    const start = Date.UTC(2024, 11, 2) + Math.floor(i / 20) * DAY + roll(DAY / 1000) * 1000;
    const long = roll(2) === 0;
    const host = roll(5) === 0 ? !long : long;
    const seconds = (long ? 900 : 60) * (1 + roll(100) / 100) * (host ? factor : 1);
    return {
      JOB: long ? 'LONG' : 'SHORT',
      HOST: host ? 'H2' : 'H1',
      STARTED: stamp(start),
      ENDED: roll(50) === 0 ? null : stamp(start + Math.round(seconds) * 1000),
    };
  });
}

const analyse = (factor: number, seed: number) =>
  runPlugin(PLUGIN, log(factor, seed), {
    roles: { activity: 'JOB', resource: 'HOST', started_at: 'STARTED', ended_at: 'ENDED' },
    types: { STARTED: 'timestamp', ENDED: 'timestamp' },
  });

test('a server that has the long job is not slow for that', async () => {
  const { findings, tests } = await analyse(1, 7);
  expect(findings.map(({ kind }) => kind)).toEqual(['load_imbalance']);
  expect(tests).toHaveLength(2);
});

test('a server that takes a third longer for the same job is told, with an interval that holds it, in both halves', async () => {
  const { findings, tests } = await analyse(4 / 3, 8);
  const slow = findings.find(({ kind }) => kind === 'slow_resource');
  const value = (name: string) => Number(slow?.fields[name]?.value);
  expect(slow?.fields['resource']?.value).toBe('H2');
  expect([value('low') < 4 / 3, value('high') > 4 / 3, value('high') - value('low') < 0.2]).toEqual([
    true,
    true,
    true,
  ]);
  expect(slow?.replication?.holds).toBe('both');
  expect(Math.max(...tests.map(({ p_value }) => p_value))).toBeLessThan(1e-6);
});

test('a server that does no work at all is told, and not taken for an even spread', async () => {
  const run = (HOST: string, hour: number, minutes: number) => ({
    JOB: 'A',
    HOST,
    STARTED: `2025-01-10 ${hour}:00:00`,
    ENDED: `2025-01-10 ${hour}:${String(minutes).padStart(2, '0')}:00`,
  });
  const { findings } = await runPlugin(PLUGIN, [run('H1', 10, 30), run('H2', 11, 30), run('H3', 12, 0)], {
    roles: { activity: 'JOB', resource: 'HOST', started_at: 'STARTED', ended_at: 'ENDED' },
    types: { STARTED: 'timestamp', ENDED: 'timestamp' },
  });
  expect(findings[0]?.title).toMatch(/of the work, and a server does none$/);
});
