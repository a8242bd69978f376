import { expect, test } from 'vitest';
import { rolesOf, type Table, withTable } from '../make-table.ts';
import { runInProcess } from '../run-in-process.ts';

const TEXTS = ['KEY', 'JOB', 'DEP_KEY', 'CHAIN_ID'];
const TIMES = ['QUEUE_DT', 'START_DT', 'END_DT'];

/** Runs have two ids: KEY, which dependencies hold, and RUN_ID, whose values stand in no other column but CHAIN_ID. */
function twoIds(): Table {
  const at = (minute: number) => `2025-01-10 09:${String(minute).padStart(2, '0')}:00`;
  const run = (i: number, job: string, dep: number | null, chain: number | null) => [
    ...[
      String(100 + i),
      `K${i}`,
      job,
      dep === null ? null : `K${dep}`,
      chain === null ? null : `${100 + chain}`,
    ],
    ...[at(5 * i), at(5 * i + 2), at(5 * i + 4)],
  ];
  return {
    columns: ['RUN_ID', ...TEXTS, ...TIMES].map((name) => ({
      name,
      type: { kind: TIMES.includes(name) ? 'timestamp' : TEXTS.includes(name) ? 'text' : 'integer' },
    })),
    rows: [
      run(0, 'LOAD', null, null),
      run(1, 'CHECK', 0, null),
      run(2, 'POST', 1, null),
      run(3, 'SELF', 3, null),
      run(4, 'HEAD', null, 4),
      run(5, 'ALONE', null, 5),
      run(6, 'LINK', null, 4),
    ],
  };
}

const COMMON = { activity: 'JOB', queued_at: 'QUEUE_DT', started_at: 'START_DT', ended_at: 'END_DT' };

/** What the findings say, by kind and field. */
async function analyse(plugin: string, roles: Readonly<Record<string, string>>, pointsAt?: string) {
  const bound = rolesOf({ ...COMMON, ...roles }).map((binding) =>
    binding.role === 'depends_on' && pointsAt !== undefined ? { ...binding, points_at: pointsAt } : binding,
  );
  const { result } = await withTable(twoIds(), (dataset) => runInProcess(plugin, dataset, bound));
  const { findings, notes } = result;
  const told = findings.flatMap(({ kind, fields }) =>
    Object.entries(fields).map(([name, { value }]): [string, unknown] => [`${kind} ${name}`, value]),
  );
  return { told: Object.fromEntries(told), kinds: findings.map(({ kind }) => kind), notes };
}

test.each([
  ['analysis_dependency_resolution_join', 'dependency_resolution'],
  ['analysis_chain_makespan', 'chain_makespan'],
  ['analysis_queue_delay_decomposition', 'wait_standalone_versus_chained'],
])('%s follows dependencies to the id that holds them, whichever is the run id', async (plugin, kind) => {
  const other = await analyse(plugin, { run_id: 'RUN_ID', depends_on: 'DEP_KEY' }, 'KEY');
  const own = await analyse(plugin, { run_id: 'KEY', depends_on: 'DEP_KEY' });
  expect(own.kinds).toContain(kind);
  expect(other).toEqual(own);
});

test('runs that name themselves are told apart where dependencies and chains hold different ids', async () => {
  const roles = { run_id: 'RUN_ID', depends_on: 'DEP_KEY', chain: 'CHAIN_ID' };
  const { told } = await analyse('analysis_queue_delay_decomposition', roles, 'KEY');
  // CHECK, POST, HEAD and LINK. LOAD is named, and names nothing; SELF and ALONE name themselves, and no other does.
  expect(told['wait_standalone_versus_chained chained_runs']).toBe(4);
  expect(told['wait_standalone_versus_chained standalone_runs']).toBe(3);
});
