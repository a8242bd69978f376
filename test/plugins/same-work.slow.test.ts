import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPlugin } from '../../src/testing/index.ts';

const MINUTE = 60_000;
const START = Date.UTC(2025, 0, 6, 8);
const at = (ms: number) => new Date(START + ms).toISOString();

/** A run of a minute by ANN; each has a request id of its own. */
function runAt(id: number, minute: number, work: string, status: string) {
  return {
    PROCESS_QUEUE_ID: id,
    PROCESS_ID: 'POST',
    USER_ID: 'ANN',
    QUEUE_DT: at(minute * MINUTE),
    START_DT: at(minute * MINUTE),
    END_DT: at((minute + 1) * MINUTE),
    PARAM_DESCR_LIST: `RequestId=${900_000 + 7919 * id};Unit=${work}`,
    STATUS_CD: status,
  };
}

/** Each of forty pieces of work, an uneven time apart; every second is asked for twice within a minute. */
const table = (status: string) =>
  Array.from({ length: 40 }, (_, i) => [i, 30 * i + ((7 * i) % 11)] as const).flatMap(([i, minute]) => [
    runAt(3 * i, minute, String(i), status),
    ...(i % 2 === 0 ? [runAt(3 * i + 1, minute + 0.5, String(i), status)] : []),
    ...(i % 5 === 4 ? [runAt(3 * i + 2, minute + 3, `other ${i}`, 'C')] : []),
  ]);

function analyse(id: string, status: string, settings = {}) {
  return runPlugin(join(import.meta.dirname, '../../plugins', id), table(status), {
    settings,
    roles: {
      run_id: 'PROCESS_QUEUE_ID',
      activity: 'PROCESS_ID',
      user: 'USER_ID',
      queued_at: 'QUEUE_DT',
      started_at: 'START_DT',
      ended_at: 'END_DT',
      parameters: 'PARAM_DESCR_LIST',
      status: 'STATUS_CD',
    },
  });
}

test('work asked for twice is seen although each run has an id of its own among its parameters', async () => {
  const { findings, notes } = await analyse('analysis_duplicate_reruns', 'C');
  const told = findings.find(({ kind }) => kind === 'duplicate_runs');
  expect(told?.fields['repeated_runs']?.value).toBe(20);
  expect(notes.join(' ')).toContain('another value of RequestId');
});

test('a failure is repeated by the next try of the same work although each try has an id of its own', async () => {
  const { findings } = await analyse('analysis_retry_hotspots', 'F', { failed_statuses: ['F'] });
  const told = findings.find(({ kind }) => kind === 'failures_overall');
  expect(told?.fields['all_repeated']?.value).toBe(20);
});
