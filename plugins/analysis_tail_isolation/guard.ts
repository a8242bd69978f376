import { literal, ln, type QueryHandle, type WaitStudy } from '../../src/sdk/index.ts';
import type { Factor } from './factors.ts';
import type { Owner } from './screen.ts';

/** How an owner stands where another factor is held fixed. */
export interface Guard {
  readonly other: Factor;
  readonly verdict: 'holds' | 'explained' | 'reversed' | 'entangled';
  /** Rate in the tail against that of the other runs: over all, and within levels of the other factor. */
  readonly crude: number;
  readonly within: number;
  readonly handle: QueryHandle;
  /** The row of the level of the other factor that most of the owner's runs have. */
  readonly row: number;
}

export interface GuardedOwner extends Owner {
  readonly guard: Guard | undefined;
}

/** Up to which p-value an owner is told beside the one with the largest excess. */
export const TOLD_P = 0.05;
/** With a smaller share of its runs beside others in a level, an owner can't be told apart from the other factor. */
const FEWEST_SHARED = 0.1;

/** Owners that could be told, held against each other factor; of these the one that leaves least is kept. */
export async function guardOwners(
  study: WaitStudy,
  factors: readonly Factor[],
  owners: readonly Owner[],
): Promise<GuardedOwner[]> {
  const handles = new Map<Factor, QueryHandle>();
  for (const [factor, own] of Map.groupBy(owners.filter(isHopeful), (owner) => owner.factor)) {
    const others = factors.filter((other) => other !== factor);
    if (others.length > 0) handles.set(factor, await readCrossed(study, factor, own, others));
  }
  return owners.map((owner) => {
    const handle = isHopeful(owner) ? handles.get(owner.factor) : undefined;
    const others = factors.filter((factor) => factor !== owner.factor);
    return { ...owner, guard: handle && guardOf(study, owner, others, handle) };
  });
}

function isHopeful({ isLarge, p_value }: Owner): boolean {
  return isLarge && p_value <= TOLD_P;
}

/** Runs of each owner, all of one factor, and all other runs, in each level of each other factor: one look at the runs for all. */
function readCrossed(
  study: WaitStudy,
  factor: Factor,
  owners: readonly Owner[],
  others: readonly Factor[],
): Promise<QueryHandle> {
  const tail = owners[0]?.tail;
  const columns = others.map(({ name }) => `${name}_name`);
  const cases = others.map(({ name }) => `WHEN grouping(${name}_name) = 0 THEN '${name}'`);
  const levels = owners.map(({ level }) => literal(level.name)).join(', ');
  return study.ctx.query(`WITH placed AS (
  SELECT CASE WHEN ${factor.sql} IN (${levels}) THEN ${factor.sql} END AS own, ${others.map(({ name, sql }) => `${sql} AS ${name}_name`).join(', ')}, ${tail?.inTail} AS in_tail
  FROM data WHERE ${tail?.counted}
), crossed AS (
  SELECT own, CASE ${cases.join(' ')} END AS factor, coalesce(${columns.join(', ')}) AS name, count(*) AS own_runs, count(*) FILTER (WHERE in_tail) AS own_tail
  FROM placed GROUP BY GROUPING SETS (${columns.map((column) => `(own, ${column})`).join(', ')})
), whole AS (
  SELECT own, factor, name, own_runs, own_tail, sum(own_runs) OVER (PARTITION BY factor, name) AS all_runs, sum(own_tail) OVER (PARTITION BY factor, name) AS all_tail
  FROM crossed
)
SELECT own, factor, name, own_runs, own_tail, all_runs - own_runs AS other_runs, all_tail - own_tail AS other_tail
FROM whole WHERE own IS NOT NULL
ORDER BY own, factor, own_runs DESC, name`);
}

function guardOf(
  study: WaitStudy,
  owner: Owner,
  others: readonly Factor[],
  handle: QueryHandle,
): Guard | undefined {
  const explainedBelow = Number(study.ctx.settings['explained_below_percent']) / 100;
  const guards = others.flatMap((other) => judge(handle, other, owner, explainedBelow) ?? []);
  return guards.toSorted((a, b) => severity(a) - severity(b) || a.within - b.within)[0];
}

function severity({ verdict }: Guard): number {
  return ['reversed', 'explained', 'entangled', 'holds'].indexOf(verdict);
}

/** Rate ratios over all runs and within levels (Mantel and Haenszel, 1959). */
function judge(handle: QueryHandle, other: Factor, owner: Owner, explainedBelow: number): Guard | undefined {
  const rows = [...handle.rows.keys()].filter(
    (row) => handle.text(row, 'own') === owner.level.name && handle.text(row, 'factor') === other.name,
  );
  const at = (row: number, name: string) => handle.number(row, name) ?? 0;
  const [first] = rows;
  if (first === undefined) return undefined;
  let [shared, above, below] = [0, 0, 0];
  for (const row of rows) {
    const [n, m] = [at(row, 'own_runs'), at(row, 'other_runs')];
    if (n === 0 || m === 0) continue;
    shared += Math.min(n, m);
    above += (at(row, 'own_tail') * m) / (n + m);
    below += (at(row, 'other_tail') * n) / (n + m);
  }
  const { excess, tail } = owner;
  const [all, tailRuns] = ['all_runs', 'tail_runs'].map((name) => tail.handle.number(0, name) ?? 0);
  const crude =
    excess.marked / excess.rows / (((tailRuns ?? 0) - excess.marked) / ((all ?? 0) - excess.rows));
  const within = above / below;
  return { other, crude, within, handle, row: first, verdict: verdictOf() };

  function verdictOf(): Guard['verdict'] {
    if (shared < FEWEST_SHARED * excess.rows || Number.isNaN(within)) return 'entangled';
    if (within <= 1) return 'reversed';
    return ln(within) < explainedBelow * ln(crude) ? 'explained' : 'holds';
  }
}
