import { type FieldInput, literal, type QueryHandle } from '../../src/sdk/index.ts';
import type { Study } from './study.ts';

/** Most watchdog jobs that a statement names. */
const MOST_NAMED = 10;

/** The runs of the jobs that the settings name, and what a statement says of those left out. */
export interface Watchdogs {
  readonly fields: Readonly<Record<string, FieldInput>>;
  /** Undefined where nothing is left out. */
  readonly sentence: string | undefined;
}

/** Says of jobs that a setting names which of them the log does not have. */
export async function noteUnknownJobs(study: Study): Promise<void> {
  for (const key of ['watchdog_activities', 'not_adjustable_activities'] as const) {
    const wanted = namesIn(study, key);
    if (wanted.length === 0) continue;
    const name = `CAST(${study.log.activity} AS VARCHAR)`;
    const found = await study.ctx.query(
      `SELECT ${name} AS name, count(*) AS runs FROM data WHERE ${name} IN (${wanted.map(literal).join(', ')}) GROUP BY ALL ORDER BY name`,
    );
    const known = new Set(found.rows.map((_, row) => found.text(row, 'name')));
    const unknown = wanted.filter((job) => !known.has(job));
    if (unknown.length > 0) {
      study.ctx.note(`The setting ${key} names what is no job of this log: ${quoted(unknown)}.`);
    }
  }
}

/** Counts and names the watchdog jobs. */
export async function readWatchdogs({ ctx, log, clock }: Study): Promise<Watchdogs> {
  const counted = await ctx.query(
    `SELECT count(*) FILTER (WHERE ${clock.watchdog}) AS watchdog_runs FROM data`,
  );
  const runs = { watchdog_runs: counted.cell(0, 'watchdog_runs') };
  const count = counted.number(0, 'watchdog_runs') ?? 0;
  if (count === 0) return { fields: runs, sentence: undefined };
  const jobs = await ctx.query(
    `SELECT CAST(${log.activity} AS VARCHAR) AS name, count(*) AS runs FROM data WHERE ${clock.watchdog} GROUP BY ALL ORDER BY runs DESC, name`,
  );
  const named = nameFields(jobs);
  const list = Object.keys(named).map((field) => `{${field}}`);
  const more = jobs.rows.length > list.length ? ' and others' : '';
  const left = `Runs of watchdog jobs (by the setting watchdog_activities) are left out: {watchdog_runs}, of ${list.join(', ')}${more}.`;
  return { fields: { ...runs, ...named }, sentence: left };
}

function nameFields(jobs: QueryHandle): Record<string, FieldInput> {
  const rows = [...jobs.rows.keys()].slice(0, MOST_NAMED);
  return Object.fromEntries(rows.map((row) => [`watchdog_${row + 1}`, jobs.cell(row, 'name')]));
}

function namesIn({ ctx }: Study, key: string): string[] {
  const names = ctx.settings[key];
  return Array.isArray(names) ? names.map(String) : [];
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
