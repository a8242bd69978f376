import { identifier } from '../../src/sdk/index.ts';
import { strengthOf, type WithOf } from './association.ts';
import { type CrossTable, crossTable } from './cross-tables.ts';
import { categoriesWithin, type Tried } from './given-another.ts';
import type { Study } from './study.ts';
import type { CategoryColumn, Variable } from './subject.ts';

/** Cells of three categories together; larger ones are not tried. */
const MOST_CELLS = 200_000;
/** Third categories that are tried for a pair of categories, each with a query. */
const MOST_STRATIFIED = 3;

/** Pairs of categories within the levels of a third: those that go most with both. */
export async function stratified(
  study: Study,
  a: CategoryColumn,
  b: CategoryColumn,
  candidates: readonly Variable[],
  withOf: WithOf,
): Promise<readonly Tried[]> {
  const link = (other: Variable) =>
    Math.min(...[withOf(a, other), withOf(b, other)].map((one) => (one ? strengthOf(one) : 0)));
  const strata = candidates
    .filter((other) => other.kind === 'category')
    .filter(({ levels }) => levels * a.levels * b.levels <= MOST_CELLS)
    .sort((x, y) => link(y) - link(x) || (x.sqlName < y.sqlName ? -1 : 1))
    .slice(0, MOST_STRATIFIED);
  const tried: Tried[] = [];
  for (const other of strata) {
    const given = categoriesWithin(await tablesWithin(study, a, b, other));
    if (given !== undefined) tried.push({ other, given });
  }
  return tried;
}

async function tablesWithin(
  { ctx }: Study,
  a: CategoryColumn,
  b: CategoryColumn,
  other: CategoryColumn,
): Promise<readonly CrossTable[]> {
  const [x, y, z] = [a, b, other].map(({ sqlName }) => identifier(sqlName));
  const counts = await ctx.query(
    `SELECT CAST(${z} AS VARCHAR) AS stratum, CAST(${x} AS VARCHAR) AS a, CAST(${y} AS VARCHAR) AS b, count(*) AS n
FROM data WHERE ${x} IS NOT NULL AND ${y} IS NOT NULL AND ${z} IS NOT NULL GROUP BY ALL`,
  );
  const lines = counts.rows.map((_, row) => ({
    stratum: counts.text(row, 'stratum'),
    a: counts.text(row, 'a') ?? '',
    b: counts.text(row, 'b') ?? '',
    n: counts.number(row, 'n') ?? 0,
  }));
  return [...Map.groupBy(lines, ({ stratum }) => stratum).values()].map(crossTable);
}
