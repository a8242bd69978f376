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
  const links = linksOf(ctx);
  const told = canTellHeads(ctx) ? 'self' : 'unknown';
  const own = await deriveAs(ctx, 'chaining', ownChaining(ctx, links, told));
  if (links.length === 0) {
    ctx.note(
      'No column names a dependency, a parent or a chain: standalone and chained runs are not told apart.',
    );
    return { ctes: '', relation: 'data', chaining: own };
  }
  if (links.every(({ key }) => key === undefined) || !(await someAre(ctx, own, told))) {
    return { ctes: '', relation: 'data', chaining: own };
  }
  if (told === 'unknown') {
    ctx.note(
      'Some runs name themselves. Whether another run names them too can not be told in this sample, so they are neither standalone nor chained here; a sample by the column of the chain keeps such runs together.',
    );
    return { ctes: '', relation: 'data', chaining: own };
  }
  const resolved = identifier(freeName(ctx, 'chaining_resolved'));
  return { ctes: headsAndRuns(ctx, links, own, resolved), relation: 'runs', chaining: resolved };
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

/** A column that names other runs, and the one whose values it holds. */
interface Link {
  readonly column: string;
  readonly key: string | undefined;
}

function linksOf(ctx: Context): Link[] {
  return (['depends_on', 'parent', 'chain'] as const).flatMap((role) => {
    const column = ctx.role(role);
    return column === undefined ? [] : [{ column, key: pointedAt(ctx, role) }];
  });
}

/** All columns that are compared with each other. */
function columnsOf(links: readonly Link[]): string[] {
  return links.flatMap(({ column, key }) => (key === undefined ? [column] : [key, column]));
}

/** What a row says by itself: `told` where it names itself and no other run. */
function ownChaining(ctx: Context, links: readonly Link[], told: 'self' | 'unknown'): string {
  if (links.length === 0) return `'unknown'`;
  const all = columnsOf(links);
  const named = links.map(({ column, key }) => ({
    name: idOf(ctx, column, all),
    id: key === undefined ? 'NULL' : idOf(ctx, key, all),
  }));
  const other = named
    .map(({ name, id }) => `(${name} IS NOT NULL AND ${name} IS DISTINCT FROM ${id})`)
    .join(' OR ');
  const any = named.map(({ name }) => `${name} IS NOT NULL`).join(' OR ');
  return `CASE WHEN ${other} THEN 'chained' WHEN ${any} THEN '${told}' ELSE 'standalone' END`;
}

async function someAre(ctx: Context, own: string, label: 'self' | 'unknown'): Promise<boolean> {
  const found = await ctx.query(`SELECT count(*) AS runs FROM data WHERE ${own} = '${label}'`);
  return found.number(0, 'runs') !== 0;
}

function headsAndRuns(ctx: Context, links: readonly Link[], own: string, resolved: string): string {
  const all = columnsOf(links);
  const keys = [...new Set(links.flatMap(({ key }) => key ?? []))];
  const heads = keys.map((key, i) => {
    const id = idOf(ctx, key, all);
    const named = links
      .filter((link) => link.key === key)
      .map(({ column }) => {
        const name = idOf(ctx, column, all);
        return `SELECT ${name} AS head FROM data WHERE ${name} IS NOT NULL AND ${name} IS DISTINCT FROM ${id}`;
      });
    const cte = i === 0 ? 'heads' : `heads_${i + 1}`;
    return { sql: `${cte} AS (${named.join(' UNION ')})`, isHead: `${id} IN (SELECT head FROM ${cte})` };
  });
  const label =
    `CASE WHEN ${own} <> 'self' THEN ${own} ` +
    `WHEN ${heads.map(({ isHead }) => isHead).join(' OR ')} THEN 'chained' ELSE 'standalone' END`;
  return `${heads.map(({ sql }) => sql).join(', ')}, runs AS (SELECT *, ${label} AS ${resolved} FROM data)`;
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
