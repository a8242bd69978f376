import { rolesOf, type Table, withTable } from './make-table.ts';
import { type InProcess, runInProcess } from './run-in-process.ts';

/** Headers as in the wild; the roles that they have. */
export const LOG_ROLES = {
  run_id: 'PROCESS_QUEUE_ID',
  activity: 'PROCESS_ID',
  module: 'MODULE_CD',
  user: 'USER_ID',
  resource: 'LOCAL_MACHINE_ID',
  queued_at: 'QUEUE_DT',
  eligible_at: 'ELIGIBLE_DT',
  started_at: 'START_DT',
  ended_at: 'END_DT',
  depends_on: 'DEP_PROCESS_QUEUE_ID',
  parent: 'PARENT_PROCESS_QUEUE_ID',
  chain: 'MASTER_PROCESS_QUEUE_ID',
} as const;
/** Roles of columns that only some tests have. */
const MORE_ROLES = {
  duration: 'DURATION_SEC',
  status: 'STATUS_CD',
  schedule: 'SCHEDULE_ID',
  attempts: 'EXECUTE_ATTEMPTS',
  parameters: 'PARAM_DESCR_LIST',
} as const;
type LogHeader = (typeof LOG_ROLES)[keyof typeof LOG_ROLES] | (typeof MORE_ROLES)[keyof typeof MORE_ROLES];

const TIMES = new Set(['QUEUE_DT', 'ELIGIBLE_DT', 'START_DT', 'END_DT']);
const FIRST = Date.UTC(2024, 10, 1) * 1000;
const DAY = 86_400_000_000;

/** A log of a few runs: cells by header, times of 2025-01-10 as `hh:mm:ss`. Ids count from 1, the job is JOB. */
export function smallLog(...runs: Partial<Record<LogHeader, string>>[]): Table {
  const extra = Object.values(MORE_ROLES).filter((name) => runs.some((run) => name in run));
  const columns = [...Object.values(LOG_ROLES), ...extra].map((name) => ({ name, type: typeOf(name) }));
  const cell = (text: string | undefined) =>
    text !== undefined && /^\d\d:\d\d:\d\d$/.test(text) ? `2025-01-10 ${text}` : text;
  const rows = runs.map((run, i) => {
    const filled: Record<string, string> = { PROCESS_QUEUE_ID: String(i + 1), PROCESS_ID: 'JOB', ...run };
    return columns.map(({ name }) => cell(filled[name]) ?? null);
  });
  return { columns, rows };
}

/** Runs a built-in plugin on a log; roles are bound for the headers that it has. */
export function analyseLog(
  pluginId: string,
  table: Table,
  settings: Readonly<Record<string, unknown>> = {},
  chunkRows?: number,
): Promise<InProcess> {
  const names = new Set(table.columns.map(({ name }) => name));
  const bound = Object.entries({ ...LOG_ROLES, ...MORE_ROLES }).filter(([, name]) => names.has(name));
  const roles = rolesOf(Object.fromEntries(bound));
  return withTable(table, (dataset) => runInProcess(pluginId, dataset, roles, settings), chunkRows);
}

function typeOf(name: string): Table['columns'][number]['type'] {
  if (TIMES.has(name)) return { kind: 'timestamp' };
  const isNumber = name.endsWith('QUEUE_ID') || name === 'DURATION_SEC' || name === 'EXECUTE_ATTEMPTS';
  return { kind: isNumber ? 'integer' : 'text' };
}

/** A small seeded generator (xorshift32): whole numbers from 0 to below `limit`. */
export function dice(seed: number): (limit: number) => number {
  let state = seed | 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/**
 * A log with everything that goes wrong: ties, missing times, clocks that run backwards, months that wrap, chains with
 * and without heads that name themselves, watchdogs, missing names, names with quotes, times with microseconds.
 */
export function hazardousLog(rows: number, seed: number): Table {
  const roll = dice(seed);
  const columns = Object.values(LOG_ROLES).map((name) => ({ name, type: typeOf(name) }));
  return { columns, rows: Array.from({ length: rows }, (_, i) => logRow(i + 1, rows, roll)) };
}

function logRow(id: number, rows: number, roll: (limit: number) => number): (string | null)[] {
  const maybe = <T>(one: number, value: T): T | null => (roll(one) === 0 ? null : value);
  const queued = FIRST + roll(150) * DAY + roll(86_400) * 1_000_000 + (roll(3) === 0 ? roll(1_000_000) : 0);
  const eligible = queued + wait(roll);
  const started = eligible + wait(roll);
  const ended = started + wait(roll) * 10;
  const named = () => 1 + roll(rows);
  const job = roll(40);
  return [
    String(id),
    maybe(500, job === 7 ? `O'Brien, "daily"` : job === 8 ? 'WATCHDOG' : `JOB${job}`),
    maybe(300, `M${job % 5}`),
    maybe(50, `USER${roll(100)}`),
    maybe(80, `HOST${roll(3)}`),
    stamp(maybe(200, queued)),
    stamp(maybe(20, eligible)),
    stamp(maybe(100, started)),
    stamp(maybe(60, ended)),
    roll(6) === 0 ? String(named()) : null,
    roll(9) === 0 ? String(roll(40) === 0 ? id : named()) : null,
    roll(4) === 0 ? String(roll(3) === 0 ? id : named()) : null,
  ];
}

/** Microseconds: often none, often exactly the threshold, sometimes backwards, sometimes days. */
function wait(roll: (limit: number) => number): number {
  switch (roll(12)) {
    case 0:
      return 0;
    case 1:
      return 60_000_000;
    case 2:
      return 60_000_001;
    case 3:
      return -roll(5_000_000);
    case 4:
      return roll(3 * DAY);
    default:
      return roll(300) * 1_000_000;
  }
}

function stamp(microseconds: number | null): string | null {
  if (microseconds === null) return null;
  const seconds = new Date(Math.floor(microseconds / 1_000_000) * 1000)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
  return `${seconds}.${String(microseconds % 1_000_000).padStart(6, '0')}`;
}
