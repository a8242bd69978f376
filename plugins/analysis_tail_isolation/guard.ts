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
  const guarded: GuardedOwner[] = [];
  for (const owner of owners) {
    const isHopeful = owner.isLarge && owner.p_value <= TOLD_P;
    const others = factors.filter((factor) => factor !== owner.factor);
    const guard = isHopeful && others.length > 0 ? await guardOf(study, owner, others) : undefined;
    guarded.push({ ...owner, guard });
  }
  return guarded;
}

async function guardOf(
  study: WaitStudy,
  owner: Owner,
  others: readonly Factor[],
): Promise<Guard | undefined> {
  const { tail, factor, level } = owner;
  const columns = others.map(({ name }) => `${name}_name`);
  const cases = others.map(({ name }) => `WHEN grouping(${name}_name) = 0 THEN '${name}'`);
  const handle = await study.ctx.query(`WITH placed AS (
  SELECT ${factor.sql} = ${literal(level.name)} AS is_own, ${others.map(({ name, sql }) => `${sql} AS ${name}_name`).join(', ')}, ${tail.inTail} AS in_tail
  FROM data WHERE ${tail.counted}
)
SELECT CASE ${cases.join(' ')} END AS factor, coalesce(${columns.join(', ')}) AS name,
  count(*) FILTER (WHERE is_own) AS own_runs, count(*) FILTER (WHERE is_own AND in_tail) AS own_tail,
  count(*) FILTER (WHERE NOT is_own) AS other_runs, count(*) FILTER (WHERE NOT is_own AND in_tail) AS other_tail
FROM placed
GROUP BY GROUPING SETS (${columns.map((column) => `(${column})`).join(', ')})
HAVING count(*) FILTER (WHERE is_own) > 0 OR count(*) FILTER (WHERE in_tail) > 0
ORDER BY factor, own_runs DESC, name`);
  const explainedBelow = Number(study.ctx.settings['explained_below_percent']) / 100;
  const guards = others.flatMap((other) => judge(handle, other, owner, explainedBelow) ?? []);
  return guards.toSorted((a, b) => severity(a) - severity(b) || a.within - b.within)[0];
}

function severity({ verdict }: Guard): number {
  return ['reversed', 'explained', 'entangled', 'holds'].indexOf(verdict);
}

/** Rate ratios over all runs and within levels (Mantel and Haenszel, 1959). */
function judge(handle: QueryHandle, other: Factor, owner: Owner, explainedBelow: number): Guard | undefined {
  const rows = [...handle.rows.keys()].filter((row) => handle.text(row, 'factor') === other.name);
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
