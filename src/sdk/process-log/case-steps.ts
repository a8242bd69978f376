import type { Context } from '../context.ts';
import { identifier } from '../sql-text.ts';
import { idOf, pointedAt } from './chaining.ts';
import { isInstant, NO_NAME, readProcessLog, readyTime } from './columns.ts';
import { deriveJobLabels, noteUnknownJobs } from './left-out.ts';
import { rootCtes } from './pointer-doubling.ts';

/**
 * What happened within cases, step by step: `ctes`, to be put after WITH, end in the relation `steps`, a row for each
 * step that has a case and a time. Its columns: `_sh_part`, `_sh_row_number`, `case_id`, `activity` (text), `at_us`
 * (event, or start of the run), `phase`, `resource`, `adjustable`; of runs also `queued_us`, `ready_us` and `end_us`,
 * `own_id`, and `follows_id`, the run that it depends on (its parent, where it names none). They are missing for events.
 * Times are whole microseconds since 1970. Steps of a case are in the order of `at_us` and then of the rows.
 */
export interface CaseSteps {
  /** Rows are events of cases, or runs whose chain is the case. */
  readonly kind: 'event' | 'run';
  readonly ctes: string;
  /** Whole microseconds since 1970, as SQL, as a time of the kind that the log has. */
  timeOf(microseconds: string): string;
}

/** How a case and its steps are called. */
export const CASE_WORDS = {
  event: { case: 'case', cases: 'cases', step: 'event', steps: 'events' },
  run: { case: 'chain', cases: 'chains', step: 'run', steps: 'runs' },
} as const;

/** The window in which steps of a case follow each other. */
export const STEP_ORDER = 'PARTITION BY case_id ORDER BY at_us, _sh_part, _sh_row_number';

/**
 * Reads an event log by its cases, or a process log by its chains (`chain`, else the tree of `parent`, else of
 * `depends_on`). Undefined, with the reason as a note, where there are none, or where a sample has torn them.
 */
export async function readCaseSteps(ctx: Context): Promise<CaseSteps | undefined> {
  const steps = ctx.role('event_timestamp') === undefined ? stepsOfRuns(ctx) : stepsOfEvents(ctx);
  if (steps === undefined) return undefined;
  if (ctx.coverage.kind !== 'FULL' && ctx.coverage.column !== steps.by) {
    ctx.notLookedFor(
      'The rows are a sample that tears cases apart, so that nothing can be said of how steps follow each other; a sample by the column of the case keeps them whole.',
    );
    return undefined;
  }
  const labels = await deriveJobLabels(ctx, steps);
  await noteUnknownJobs(ctx, steps);
  const { kind, ctes, columns, activity, relation } = steps;
  const step = `steps AS (
  SELECT _sh_part, _sh_row_number, ${columns}, coalesce(CAST(${activity} AS VARCHAR), '${NO_NAME}') AS activity,
    ${optional(ctx, 'lifecycle')} AS phase, ${optional(ctx, 'resource')} AS resource, ${labels.adjustable} AS adjustable
  FROM ${relation}
  WHERE ${labels.leftOut} IS NULL AND case_of_step IS NOT NULL AND ${steps.at} IS NOT NULL
)`;
  const isZoned = ctx.column(steps.time).type.kind === 'timestamptz';
  return {
    kind,
    ctes: [ctes, step].filter((part) => part !== '').join(',\n'),
    timeOf: (us) => (isZoned ? `timezone('UTC', make_timestamp(${us}))` : `make_timestamp(${us})`),
  };
}

/** `WITH …` in front of a query's own CTEs. */
export function withSteps({ ctes }: CaseSteps, own = ''): string {
  return `WITH RECURSIVE ${[ctes, own].filter((part) => part !== '').join(',\n')}`;
}

interface Source {
  readonly kind: CaseSteps['kind'];
  /** The column that keeps a case together, by its name in SQL. */
  readonly by: string | undefined;
  /** The column of the times, by its name in SQL. */
  readonly time: string;
  readonly ctes: string;
  readonly relation: string;
  readonly activity: string;
  readonly at: string;
  readonly columns: string;
}

function stepsOfEvents(ctx: Context): Source | undefined {
  const [by, activity, at] = [ctx.role('case'), ctx.role('activity'), ctx.role('event_timestamp')];
  if (by === undefined || activity === undefined || at === undefined) return undefined;
  if (!isInstant(ctx, at)) {
    ctx.notLookedFor(
      `The event times (${ctx.column(at).name}) are no dates or times, so that no order is known.`,
    );
    return undefined;
  }
  const none = ['ready_us', 'queued_us', 'end_us', 'own_id', 'follows_id'].map(
    (name) => `CAST(NULL AS BIGINT) AS ${name}`,
  );
  return {
    kind: 'event',
    by,
    time: at,
    ctes: '',
    relation: `(SELECT *, ${identifier(by)} AS case_of_step FROM data) AS cases`,
    activity: identifier(activity),
    at: identifier(at),
    columns: `case_of_step AS case_id, epoch_us(CAST(${identifier(at)} AS TIMESTAMP)) AS at_us, ${none.join(', ')}`,
  };
}

function stepsOfRuns(ctx: Context): Source | undefined {
  const log = readProcessLog(ctx);
  if (log === undefined) return undefined;
  const chain = chainOf(ctx);
  if (chain === undefined) {
    ctx.notLookedFor('No column names a chain, a parent or a dependency: there are no chains of runs.');
    return undefined;
  }
  const ready = readyTime(log);
  const micros = (time: string | undefined) =>
    time === undefined ? 'CAST(NULL AS BIGINT)' : `epoch_us(${time})`;
  return {
    kind: 'run',
    by: ctx.role('chain'),
    time: ctx.role('started_at') ?? '',
    ctes: chain.ctes,
    relation: chain.relation,
    activity: log.activity,
    at: log.started,
    columns: `case_of_step AS case_id, ${micros(log.started)} AS at_us, ${micros(ready)} AS ready_us, ${micros(log.queued)} AS queued_us, ${micros(log.ended)} AS end_us, ${linksOf(ctx)}`,
  };
}

/** A run's own id, and that of the run that it follows; a run that names itself follows none. */
function linksOf(ctx: Context): string {
  const roles = (['depends_on', 'parent'] as const).filter((role) => ctx.role(role) !== undefined);
  const runId = pointedAt(ctx, roles[0] ?? 'depends_on');
  const links = roles
    .filter((role) => pointedAt(ctx, role) === runId)
    .flatMap((role) => ctx.role(role) ?? []);
  if (runId === undefined) return 'CAST(NULL AS VARCHAR) AS own_id, CAST(NULL AS VARCHAR) AS follows_id';
  const id = idOf(ctx, runId, links);
  const others = links.map((link) => `nullif(${idOf(ctx, link, [runId, ...links])}, ${id})`);
  return `${id} AS own_id, ${others.length === 0 ? `nullif(${id}, ${id})` : `coalesce(${others.join(', ')})`} AS follows_id`;
}

/** The chain of each run as the column `case_of_step`; missing for a run that stands alone. */
function chainOf(ctx: Context): { readonly ctes: string; readonly relation: string } | undefined {
  const chain = ctx.role('chain');
  if (chain !== undefined) return byChain(ctx, chain, pointedAt(ctx, 'chain'));
  const role = ctx.role('parent') === undefined ? 'depends_on' : 'parent';
  const [up, runId] = [ctx.role(role), pointedAt(ctx, role)];
  return up === undefined || runId === undefined ? undefined : byTree(ctx, up, runId);
}

/** A run is in the chain that it names; one that names itself, or none, heads a chain if another run names it. */
function byChain(ctx: Context, chain: string, runId: string | undefined) {
  if (runId === undefined) {
    return {
      ctes: '',
      relation: `(SELECT *, ${idOf(ctx, chain, [])} AS case_of_step FROM data) AS cases`,
    };
  }
  const [name, id] = [idOf(ctx, chain, [runId]), idOf(ctx, runId, [chain])];
  const other = `${name} IS NOT NULL AND ${name} IS DISTINCT FROM ${id}`;
  return {
    ctes: `chain_heads AS (SELECT DISTINCT ${name} AS head FROM data WHERE ${other})`,
    relation: `(SELECT *, CASE WHEN ${other} THEN ${name} WHEN ${id} IN (SELECT head FROM chain_heads) THEN ${id} END AS case_of_step FROM data) AS cases`,
  };
}

/**
 * The tree that a run hangs in, by the id at its root. Runs that name each other in a circle reach no root and stand alone;
 * of an id in several rows the least that they name is above it.
 */
function byTree(ctx: Context, up: string, runId: string) {
  const [above, id] = [idOf(ctx, up, [runId]), idOf(ctx, runId, [up])];
  return {
    ctes: `tree_links AS (
  SELECT ${id} AS member, min(${above}) AS above FROM data
  WHERE ${id} IS NOT NULL AND ${above} IS NOT NULL AND ${above} IS DISTINCT FROM ${id} GROUP BY ALL
), ${rootCtes('tree_members', 'tree_links', ctx.rowCount)}`,
    relation: `(SELECT *, (SELECT min(root) FROM tree_members WHERE member = ${id}) AS case_of_step FROM data) AS cases`,
  };
}

function optional(ctx: Context, role: 'lifecycle' | 'resource'): string {
  const column = ctx.role(role);
  return column === undefined ? 'CAST(NULL AS VARCHAR)' : `CAST(${identifier(column)} AS VARCHAR)`;
}
