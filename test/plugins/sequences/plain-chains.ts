// Lags behind prerequisites and makespans of chains by a second, independent way: row by row, with no SQL.
import type { Table } from '../make-table.ts';
import { LOG_ROLES } from '../process-log.ts';

type Role = keyof typeof LOG_ROLES;

interface Run {
  readonly row: number;
  readonly text: (role: Role) => string | null;
  readonly time: (role: Role) => bigint | null;
}

/** What became of dependencies; times in whole microseconds. */
export function plainLags(table: Table, threshold: bigint) {
  const runs = runsOf(table);
  const byId = new Map(runs.map((run) => [run.text('run_id'), run]));
  const counts = {
    dependants: 0,
    self_runs: 0,
    unmatched_runs: 0,
    unknown_runs: 0,
    early_runs: 0,
    circle_runs: 0,
  };
  const lags: bigint[] = [];
  const pairs = new Map<string, bigint[]>();
  for (const run of runs) {
    const needs = run.text('depends_on');
    if (needs === null) continue;
    if (needs === run.text('run_id')) {
      counts.self_runs += 1;
      continue;
    }
    counts.dependants += 1;
    if (endsInCircle(run, byId)) counts.circle_runs += 1;
    const before = byId.get(needs);
    if (before === undefined) {
      counts.unmatched_runs += 1;
      continue;
    }
    const [from, to] = [before.time('ended_at'), run.time('eligible_at')];
    if (from === null || to === null) counts.unknown_runs += 1;
    else if (to < from) counts.early_runs += 1;
    else {
      lags.push(to - from);
      const pair = `${before.text('activity') ?? '(none)'}|${run.text('activity') ?? '(none)'}`;
      pairs.set(pair, [...(pairs.get(pair) ?? []), to - from]);
    }
  }
  const over = lags.filter((lag) => lag > threshold);
  return {
    ...counts,
    resolved_runs: lags.length,
    over_runs: over.length,
    lag_s: seconds(sum(lags)),
    over_s: seconds(sum(over)),
    median_lag_s: seconds(rank(lags, 50)),
    p95_lag_s: seconds(rank(lags, 95)),
    longest_lag_s: seconds(rank(lags, 100)),
    pairs: new Map([...pairs].map(([pair, of]) => [pair, { runs: of.length, lag_s: seconds(sum(of)) }])),
  };
}

/** The chains of a log together; times in seconds. */
export function plainMakespans(table: Table) {
  const runs = runsOf(table);
  const chainOf = (run: Run) => run.text('chain');
  const heads = new Set(runs.filter((run) => chainOf(run) !== run.text('run_id')).map(chainOf));
  const chains = new Map<string, Run[]>();
  let untimed = 0;
  for (const run of runs) {
    const [id, named] = [run.text('run_id'), chainOf(run)];
    const chain = named !== null && named !== id ? named : heads.has(id) ? id : null;
    const [start, end] = [run.time('started_at'), run.time('ended_at')];
    if (chain === null || start === null) continue;
    if (end === null || end < start) untimed += 1;
    else chains.set(chain, [...(chains.get(chain) ?? []), run]);
  }
  const all = [...chains.values()];
  const spans = all.filter((chain) => chain.length > 1).map(spanOf);
  const total = (pick: (span: ReturnType<typeof spanOf>) => bigint) => seconds(sum(spans.map(pick)));
  const makespans = spans.map((span) => span.makespan);
  return {
    chains: spans.length,
    runs: spans.reduce((n, span) => n + span.runs, 0),
    single_chains: all.length - spans.length,
    untimed_runs: untimed,
    makespan_s: total((span) => span.makespan),
    work_s: total((span) => span.work),
    busy_s: total((span) => span.busy),
    idle_s: total((span) => span.makespan - span.busy),
    lead_s: total((span) => span.lead),
    gap_s: total((span) => span.makespan - span.busy - span.lead),
    median_s: seconds(rank(makespans, 50)),
    longest_s: seconds(rank(makespans, 100)),
  };
}

/** Intervals merged one by one, in the order of their starts. */
function spanOf(chain: readonly Run[]) {
  const intervals = chain
    .map((run): [bigint, bigint] => [run.time('started_at') ?? 0n, run.time('ended_at') ?? 0n])
    .sort(([a], [b]) => order(a, b));
  const merged: [bigint, bigint][] = [];
  for (const [start, end] of intervals) {
    const last = merged.at(-1);
    if (last === undefined || start > last[1]) merged.push([start, end]);
    else if (end > last[1]) last[1] = end;
  }
  const first = merged[0]?.[0] ?? 0n;
  const last = merged.at(-1)?.[1] ?? 0n;
  const [begin = first] = chain
    .flatMap((run) => [run.time('queued_at') ?? first, run.time('started_at') ?? first])
    .sort(order);
  return {
    runs: chain.length,
    makespan: last - begin,
    lead: first - begin,
    work: sum(intervals.map(([start, end]) => end - start)),
    busy: sum(merged.map(([start, end]) => end - start)),
  };
}

function endsInCircle(run: Run, byId: ReadonlyMap<string | null, Run>): boolean {
  const seen = new Set<Run>();
  let at: Run | undefined = run;
  while (at !== undefined) {
    if (seen.has(at)) return true;
    seen.add(at);
    const needs: string | null = at.text('depends_on');
    if (needs === null || needs === at.text('run_id')) return false;
    at = byId.get(needs);
  }
  return false;
}

function runsOf({ columns, rows }: Table): Run[] {
  const at = new Map(columns.map(({ name }, i) => [name, i]));
  return rows.map((cells, row) => {
    const text = (role: Role) => cells[at.get(LOG_ROLES[role]) ?? -1] ?? null;
    return { row, text, time: (role) => microseconds(text(role)) };
  });
}

function microseconds(text: string | null): bigint | null {
  if (text === null) return null;
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(Date.parse(`${whole.replace(' ', 'T')}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => a + b, 0n);
}

/** The value of nearest rank. */
function rank(values: readonly bigint[], percent: number): bigint {
  const sorted = [...values].sort(order);
  return sorted[Math.max(1, Math.ceil((sorted.length * percent) / 100)) - 1] ?? 0n;
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function seconds(us: bigint): number {
  return Number(`${us / 1_000_000n}.${String(us % 1_000_000n).padStart(6, '0')}`);
}
