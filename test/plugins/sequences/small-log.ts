import { join } from 'node:path';
import { type PluginRun, runPlugin } from '../../../src/testing/index.ts';

/** A run of a log: times of 2025-01-10 as `hh:mm[:ss]`, or in full; links by id. */
export interface SmallRun {
  readonly id: string;
  readonly job: string;
  readonly queued?: string;
  readonly eligible?: string;
  readonly start?: string | null;
  readonly end?: string | null;
  readonly dep?: string;
  readonly parent?: string;
  readonly chain?: string;
  readonly host?: string;
  readonly user?: string;
  readonly duration?: string;
}

const COLUMNS = {
  id: 'run_id',
  job: 'activity',
  queued: 'queued_at',
  eligible: 'eligible_at',
  start: 'started_at',
  end: 'ended_at',
  dep: 'depends_on',
  parent: 'parent',
  chain: 'chain',
  host: 'resource',
  user: 'user',
  duration: 'duration',
} as const;
const TIMES = ['queued', 'eligible', 'start', 'end'];

/** An event of a case, its time as those of `SmallRun`. */
export type SmallEvent = readonly [
  caseId: string,
  activity: string,
  time: string,
  resource?: string,
  phase?: string,
];

/** Runs a built-in plugin on a log of runs; columns that no run has are left out. */
export function analyseRuns(
  plugin: string,
  runs: readonly SmallRun[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<PluginRun> {
  const names = (Object.keys(COLUMNS) as (keyof SmallRun)[]).filter((name) =>
    runs.some((run) => run[name] !== undefined),
  );
  const table = Object.fromEntries(names.map((name) => [name, runs.map((run) => cell(name, run[name]))]));
  const types = Object.fromEntries(names.map((name) => [name, typeOf(name)]));
  const roles = Object.fromEntries(names.map((name) => [COLUMNS[name], name]));
  return runPlugin(folderOf(plugin), table, { types, roles, settings });
}

/** The same on a log of events. */
export function analyseEvents(
  plugin: string,
  events: readonly SmallEvent[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<PluginRun> {
  const table = {
    trace: events.map((event) => event[0]),
    step: events.map((event) => event[1]),
    at: events.map((event) => stamp(event[2])),
    who: events.map((event) => event[3] ?? 'x'),
    phase: events.map((event) => event[4] ?? 'complete'),
  };
  return runPlugin(folderOf(plugin), table, {
    types: { trace: 'text', step: 'text', at: 'timestamp', who: 'text', phase: 'text' },
    roles: { case: 'trace', activity: 'step', event_timestamp: 'at', resource: 'who', lifecycle: 'phase' },
    settings,
  });
}

/** The rows of a CSV file that a plugin handed over; none of its cells holds a comma. */
export function rowsOf(run: PluginRun, path: string): Record<string, string>[] {
  const [header = '', ...lines] = (run.artifacts.get(path) ?? '').trimEnd().split('\n');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((text, i) => [header.split(',')[i] ?? '', text])),
  );
}

function folderOf(plugin: string): string {
  return join(import.meta.dirname, '../../../plugins', plugin);
}

function cell(name: keyof SmallRun, text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  return TIMES.includes(name) ? stamp(text) : text;
}

function stamp(text: string): string {
  if (text.length > 8) return text;
  return `2025-01-10 ${text.length === 5 ? `${text}:00` : text}`;
}

function typeOf(name: keyof SmallRun): string {
  if (TIMES.includes(name)) return 'timestamp';
  return name === 'duration' ? 'decimal' : 'text';
}
