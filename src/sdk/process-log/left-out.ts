import type { Context } from '../context.ts';
import type { QueryHandle } from '../handles.ts';
import type { FieldInput } from '../inputs.ts';
import { identifier, literal } from '../sql-text.ts';
import { deriveAs, type ProcessLog } from './columns.ts';
import { noJobOfLog, quotedNames } from './no-job.ts';

const SETTINGS = ['watchdog_activities', 'excluded_activities', 'not_adjustable_activities'] as const;
type JobSetting = (typeof SETTINGS)[number];

/** Most jobs left out that a statement names. */
const MOST_NAMED = 10;

/** Names of derived columns, as SQL. */
export interface JobLabels {
  /**
   * `watchdog` or `excluded`, by the settings of those names; `outside` by `leaveOutside`; missing where the run counts.
   */
  readonly leftOut: string;
  /** False for the jobs that the setting `not_adjustable_activities` names. */
  readonly adjustable: string;
}

/** The jobs left out, and what a statement says of them; undefined where nothing is left out. */
export interface LeftOut {
  /** How many runs. */
  readonly runs: FieldInput;
  /** For the sentence. */
  readonly fields: Readonly<Record<string, FieldInput>>;
  readonly sentence: string | undefined;
}

/**
 * Labels runs by what the settings say of their jobs. Watchdog jobs (which run all the time and do no work) are left out
 * of totals of waits, though they take a slot while they run; excluded jobs count nowhere.
 */
export async function deriveJobLabels(
  ctx: Context,
  { activity }: Pick<ProcessLog, 'activity'>,
): Promise<JobLabels> {
  const is = (key: JobSetting) => isOneOf(activity, namesIn(ctx, key));
  return {
    leftOut: await deriveAs(
      ctx,
      'left_out',
      `CASE WHEN ${is('excluded_activities')} THEN 'excluded' WHEN ${is('watchdog_activities')} THEN 'watchdog' END`,
    ),
    adjustable: await deriveAs(ctx, 'is_adjustable', `NOT ${is('not_adjustable_activities')}`),
  };
}

/** Condition on a row, as SQL, that its job is none of those that the setting `excluded_activities` names. */
export function isNotExcluded(ctx: Context, { activity }: Pick<ProcessLog, 'activity'>): string {
  return `NOT ${isOneOf(activity, namesIn(ctx, 'excluded_activities'))}`;
}

/**
 * For analyses of every table, which have rows and no process log: conditions on a row, as SQL, that its job is part of
 * no wait, and of nothing. Undefined where the settings name no job; otherwise what they name is noted.
 */
export async function leftOutRows(
  ctx: Context,
): Promise<{ readonly ofWaits: string; readonly ofAll: string } | undefined> {
  const column = ctx.role('activity');
  const [watchdogs, excluded] = [namesIn(ctx, 'watchdog_activities'), namesIn(ctx, 'excluded_activities')];
  if (column === undefined || watchdogs.length + excluded.length === 0) return undefined;
  const activity = identifier(column);
  await noteUnknownJobs(ctx, { activity });
  return {
    ofWaits: isOneOf(activity, [...watchdogs, ...excluded]),
    ofAll: isOneOf(activity, excluded),
  };
}

/** Says of jobs that a setting names which of them the log does not have, and which are left out. */
export async function noteUnknownJobs(
  ctx: Context,
  { activity }: Pick<ProcessLog, 'activity'>,
): Promise<void> {
  for (const key of SETTINGS) {
    const wanted = namesIn(ctx, key);
    if (wanted.length === 0) continue;
    const name = `CAST(${activity} AS VARCHAR)`;
    const found = await ctx.query(
      `SELECT ${name} AS name, count(*) AS runs FROM data WHERE ${name} IN (${wanted.map(literal).join(', ')}) GROUP BY ALL ORDER BY name`,
    );
    const known = new Set(found.rows.map((_, row) => found.text(row, 'name')));
    const unknown = wanted.filter((job) => !known.has(job));
    if (unknown.length > 0) {
      ctx.note(noJobOfLog(key, unknown));
    }
    const left = wanted.filter((job) => known.has(job));
    if (left.length > 0 && key !== 'not_adjustable_activities')
      ctx.notLookedFor(`Left out by the setting ${key}: ${quotedNames(left)}.`, { names: left });
  }
}

/** Counts and names the jobs left out. */
export async function readLeftOut(
  ctx: Context,
  { activity }: Pick<ProcessLog, 'activity'>,
  { leftOut }: JobLabels,
): Promise<LeftOut> {
  const counted = await ctx.query(`SELECT count(${leftOut}) AS left_out_runs FROM data`);
  const runs = counted.cell(0, 'left_out_runs');
  if (counted.number(0, 'left_out_runs') === 0) return { runs, fields: {}, sentence: undefined };
  const jobs = await ctx.query(
    `SELECT CAST(${activity} AS VARCHAR) AS name, ${leftOut} AS label, count(*) AS runs FROM data WHERE ${leftOut} IS NOT NULL GROUP BY ALL ORDER BY runs DESC, name`,
  );
  const named = nameFields(jobs);
  const list = Object.keys(named).map((field) => `{${field}}`);
  const more = jobs.rows.length > list.length ? ' and others' : '';
  const left = `Runs of jobs that the settings leave out (${settingsOf(jobs)}): {left_out_runs}, of ${list.join(', ')}${more}.`;
  return { runs, fields: { left_out_runs: runs, ...named }, sentence: left };
}

function settingsOf(jobs: QueryHandle): string {
  const labels = new Set(jobs.rows.map((_, row) => jobs.text(row, 'label')));
  return ['watchdog', 'excluded']
    .filter((label) => labels.has(label))
    .map((label) => `${label}_activities`)
    .join(', ');
}

function nameFields(jobs: QueryHandle): Record<string, FieldInput> {
  const rows = [...jobs.rows.keys()].slice(0, MOST_NAMED);
  return Object.fromEntries(rows.map((row) => [`left_out_${row + 1}`, jobs.cell(row, 'name')]));
}

function isOneOf(column: string, names: readonly string[]): string {
  if (names.length === 0) return 'false';
  return `coalesce(CAST(${column} AS VARCHAR) IN (${names.map(literal).join(', ')}), false)`;
}

function namesIn({ settings }: Context, key: JobSetting): string[] {
  const names = settings[key];
  return Array.isArray(names) ? names.map(String) : [];
}
