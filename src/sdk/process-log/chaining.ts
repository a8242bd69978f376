import type { Context } from '../context.ts';
import { identifier } from '../sql-text.ts';
import { deriveAs, freeName } from './columns.ts';

/** The runs with the label `standalone`, `chained` or `unknown`: CTEs to put after WITH, a relation, a column. */
export interface Runs {
  readonly ctes: string;
  readonly relation: string;
  readonly chaining: string;
}

/**
 * A run is chained if it names another run as dependency, parent or chain. Systems that let a run name itself mean
 * two things by it: the head of a chain, or no chain at all. So such a run is chained only if another run names it;
 * where that other run may not have been drawn into the sample, it is unknown.
 */
export async function labelChaining(ctx: Context): Promise<Runs> {
  const links = (['depends_on', 'parent', 'chain'] as const).flatMap((role) => ctx.role(role) ?? []);
  const runId = ctx.role('run_id');
  const told = canTellHeads(ctx) ? 'self' : 'unknown';
  const own = await deriveAs(ctx, 'chaining', ownChaining(ctx, links, runId, told));
  if (links.length === 0) {
    ctx.note(
      'No column names a dependency, a parent or a chain: standalone and chained runs are not told apart.',
    );
    return { ctes: '', relation: 'data', chaining: own };
  }
  if (runId === undefined || !(await someAre(ctx, own, told))) {
    return { ctes: '', relation: 'data', chaining: own };
  }
  if (told === 'unknown') {
    ctx.note(
      'Some runs name themselves. Whether another run names them too can not be told in this sample, so they are neither standalone nor chained here; a sample by the column of the chain keeps such runs together.',
    );
    return { ctes: '', relation: 'data', chaining: own };
  }
  const resolved = identifier(freeName(ctx, 'chaining_resolved'));
  return { ctes: headsAndRuns(ctx, links, runId, own, resolved), relation: 'runs', chaining: resolved };
}

/** `WITH …` in front of a query's own CTEs, where runs have to be labelled first. */
export function withRuns(runs: Runs, ctes: string): string {
  return `WITH ${runs.ctes === '' ? '' : `${runs.ctes},\n`}${ctes}`;
}

/** Runs that name each other are all there, or all but the rows that name no chain were drawn chain by chain. */
function canTellHeads({ coverage, role }: Context): boolean {
  if (coverage.kind === 'FULL') return true;
  return coverage.column !== undefined && coverage.column === role('chain');
}

/** What a row says by itself: `told` where it names itself and no other run. */
function ownChaining(
  ctx: Context,
  links: readonly string[],
  runId: string | undefined,
  told: 'self' | 'unknown',
): string {
  if (links.length === 0) return `'unknown'`;
  const id = runId === undefined ? 'NULL' : idOf(ctx, runId, links);
  const named = links.map((link) =>
    runId === undefined ? idOf(ctx, link, links) : idOf(ctx, link, [runId, ...links]),
  );
  const other = named.map((name) => `(${name} IS NOT NULL AND ${name} IS DISTINCT FROM ${id})`).join(' OR ');
  const any = named.map((name) => `${name} IS NOT NULL`).join(' OR ');
  return `CASE WHEN ${other} THEN 'chained' WHEN ${any} THEN '${told}' ELSE 'standalone' END`;
}

async function someAre(ctx: Context, own: string, label: 'self' | 'unknown'): Promise<boolean> {
  const found = await ctx.query(`SELECT count(*) AS runs FROM data WHERE ${own} = '${label}'`);
  return found.number(0, 'runs') !== 0;
}

function headsAndRuns(
  ctx: Context,
  links: readonly string[],
  runId: string,
  own: string,
  resolved: string,
): string {
  const all = [runId, ...links];
  const id = idOf(ctx, runId, all);
  const named = links.map((link) => {
    const name = idOf(ctx, link, all);
    return `SELECT ${name} AS head FROM data WHERE ${name} IS NOT NULL AND ${name} IS DISTINCT FROM ${id}`;
  });
  const label =
    `CASE WHEN ${own} <> 'self' THEN ${own} ` +
    `WHEN ${id} IN (SELECT head FROM heads) THEN 'chained' ELSE 'standalone' END`;
  return `heads AS (${named.join(' UNION ')}), runs AS (SELECT *, ${label} AS ${resolved} FROM data)`;
}

/** The column whose values a dependency, parent or chain holds: the run's identity, or the id that the role map names. */
export function pointedAt(ctx: Context, role: 'depends_on' | 'parent' | 'chain'): string | undefined {
  return ctx.roles.find((binding) => binding.role === role)?.points_at ?? ctx.role('run_id');
}

/** Ids of one type are compared as they are; otherwise as text. Empty text names nothing. */
export function idOf(ctx: Context, sqlName: string, among: readonly string[]): string {
  const kinds = new Set([sqlName, ...among].map((name) => ctx.column(name).type.kind));
  const name = identifier(sqlName);
  return kinds.size === 1 && !kinds.has('text') ? name : `nullif(trim(CAST(${name} AS VARCHAR)), '')`;
}
