import { timeWriter } from '../civil-time.ts';
import type { SyntheticCell, SyntheticColumn } from '../table/columns.ts';
import type { WrittenTimes } from './clock-faults.ts';
import type { Run } from './run.ts';

const column = (
  name: string,
  kind: 'integer' | 'text' | 'timestamp',
  role: SyntheticColumn['role'],
  logRole: string,
): SyntheticColumn => ({ name, type: { kind }, role, logRole });

const BEFORE_LINKS = [
  column('PROCESS_QUEUE_ID', 'integer', 'identifier', 'run_id'),
  column('PROCESS_ID', 'text', 'category', 'activity'),
  column('MODULE_CD', 'text', 'category', 'module'),
  column('PRIORITY_CD', 'integer', 'category', 'priority'),
  column('SCHEDULE_ID', 'text', 'category', 'schedule'),
  column('USER_ID', 'text', 'category', 'user'),
  column('LOCAL_MACHINE_ID', 'text', 'category', 'resource'),
  column('QUEUE_DT', 'timestamp', 'timestamp', 'queued_at'),
  column('ELIGIBLE_DT', 'timestamp', 'timestamp', 'eligible_at'),
  column('START_DT', 'timestamp', 'timestamp', 'started_at'),
  column('END_DT', 'timestamp', 'timestamp', 'ended_at'),
  column('STATUS_CD', 'text', 'category', 'status'),
  column('EXECUTE_ATTEMPTS', 'integer', 'measure', 'attempts'),
];
const LINKS = [
  column('DEP_PROCESS_QUEUE_ID', 'integer', 'identifier', 'depends_on'),
  column('PARENT_PROCESS_QUEUE_ID', 'integer', 'identifier', 'parent'),
  column('MASTER_PROCESS_QUEUE_ID', 'integer', 'identifier', 'chain'),
];
const PARAMETERS = column('PARAM_DESCR_LIST', 'text', 'text', 'parameters');

/** Columns as they are found in the wild. A log without chains has no columns for them. */
export function logColumns(withLinks: boolean): SyntheticColumn[] {
  return [...BEFORE_LINKS, ...(withLinks ? LINKS : []), PARAMETERS];
}

/** Writes runs as rows of cells. */
export function rowWriter(
  servers: readonly { readonly name: string }[],
  withLinks: boolean,
): (run: Run, times: WrittenTimes) => SyntheticCell[] {
  const writers = [timeWriter(true), timeWriter(true), timeWriter(true), timeWriter(true)] as const;
  const time = (at: 0 | 1 | 2 | 3, ms: number): SyntheticCell => (Number.isNaN(ms) ? null : writers[at](ms));
  const link = (run: Run | undefined): SyntheticCell => (run === undefined ? null : String(run.id));
  return (run, times) => {
    const { job } = run;
    const cells = [
      String(run.id),
      job.code,
      job.module,
      String(job.priority),
      run.schedule === '' ? null : run.schedule,
      run.user,
      servers[run.server]?.name ?? null,
      time(0, times.queued),
      time(1, times.eligible),
      time(2, times.started),
      time(3, times.ended),
      run.status,
      String(run.attempt),
    ];
    if (withLinks) cells.push(link(run.prerequisite), link(run.parent), link(run.master));
    cells.push(run.parameters);
    return cells;
  };
}
