import { byCodePoint, daysBefore, type Sha256 } from '../base/index.ts';
import type { DatasetEntry, PartData } from '../state/index.ts';
import type { ResolvedPolicy } from './retention-policy.ts';

/** A run that is in the list, as far as a policy looks at it. */
export interface RunFacts {
  readonly run_id: string;
  readonly created_at: string;
  readonly under_way: boolean;
  readonly has_result: boolean;
  readonly pinned: 'artifacts' | 'data' | null;
  readonly dataset_version_id: Sha256;
  /** Of its own files. */
  readonly bytes: number;
}

/** Everything that a policy is applied to. */
export interface RetentionFacts {
  /** The newest first. */
  readonly runs: readonly RunFacts[];
  /** Versions that datasets list. */
  readonly entries: readonly DatasetEntry[];
  readonly versionParts: ReadonlyMap<Sha256, readonly Sha256[]>;
  readonly parts: readonly PartData[];
}

/** What goes into the trash, and why. */
export interface RetentionPlan {
  readonly runs: readonly { readonly run_id: string; readonly reason: string }[];
  readonly entries: readonly { readonly entry: DatasetEntry; readonly reason: string }[];
}

/**
 * What a policy lets go: runs beyond its limits, never the newest few, never pinned ones, never one under way; then the
 * data that only they used, and data that nobody used for as long. A pinned run without its data does not hold data
 * beyond the limits. Pure: the same facts, policy and instant give the same plan.
 */
export function planRetention(facts: RetentionFacts, policy: ResolvedPolicy, now: string): RetentionPlan {
  const beyond = beyondLimits(facts.runs, policy, now);
  const newest = facts.runs.filter((run) => run.has_result).slice(0, policy.keep);
  const free = facts.runs.filter((run) => !run.under_way && run.pinned === null && !newest.includes(run));
  const going = new Map(free.flatMap((run) => withReason(run, beyond)));
  if (policy.max_bytes !== null) makeRoom(facts, free, going, beyond, policy.max_bytes);
  const runs = [...going].map(([run_id, reason]) => ({ run_id, reason }));
  return { runs, entries: goingEntries(facts, going, beyond, policy, now) };
}

/** The runs that a limit by age or number lets go, pinned or not, with the reason. */
function beyondLimits(
  runs: readonly RunFacts[],
  { max_age_days, max_runs }: ResolvedPolicy,
  now: string,
): ReadonlyMap<string, string> {
  const oldest = max_age_days === null ? '' : daysBefore(now, max_age_days);
  const beyond = new Map<string, string>();
  let results = 0;
  for (const run of runs) {
    // Runs without a result don't count: they must not push out those that have one.
    if (max_runs !== null && results >= max_runs) beyond.set(run.run_id, notAmong(max_runs));
    if (run.created_at < oldest) beyond.set(run.run_id, `older than ${max_age_days} days`);
    if (run.has_result) results += 1;
  }
  return beyond;
}

function notAmong(newest: number): string {
  if (newest === 0) return 'no run is to stay';
  return newest === 1 ? 'it is not the newest run' : `it is not among the newest ${newest} runs`;
}

function withReason({ run_id }: RunFacts, reasons: ReadonlyMap<string, string>): [string, string][] {
  const reason = reasons.get(run_id);
  return reason === undefined ? [] : [[run_id, reason]];
}

/** Lets the oldest runs go until the rest fits. */
function makeRoom(
  facts: RetentionFacts,
  free: readonly RunFacts[],
  going: Map<string, string>,
  beyond: ReadonlyMap<string, string>,
  most: number,
): void {
  const oldestFirst = free.filter((run) => !going.has(run.run_id)).toReversed();
  for (const run of oldestFirst) {
    if (bytesOfRest(facts, going, beyond) <= most) return;
    going.set(run.run_id, `more than ${most} bytes in all`);
  }
}

function bytesOfRest(
  facts: RetentionFacts,
  going: ReadonlyMap<string, string>,
  beyond: ReadonlyMap<string, string>,
): number {
  const staying = facts.runs.filter((run) => !going.has(run.run_id));
  const used = versionsUsed(facts.runs, going, beyond);
  const unused = new Set(facts.runs.map((run) => run.dataset_version_id));
  const kept = facts.entries
    .map((entry) => entry.dataset_version_id)
    .filter((id) => used.has(id) || !unused.has(id));
  const partIds = new Set([...used, ...kept].flatMap((id) => facts.versionParts.get(id) ?? []));
  const parts = facts.parts.filter((part) => partIds.has(part.part_id));
  const uploads = new Map(parts.map((part) => [part.upload_sha256, part.upload_bytes]));
  const sizes = [...staying.map((run) => run.bytes), ...parts.map((part) => part.bytes), ...uploads.values()];
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** The versions that the runs which stay hold: all but those of runs that are pinned alone, beyond the limits. */
function versionsUsed(
  runs: readonly RunFacts[],
  going: ReadonlyMap<string, string>,
  beyond: ReadonlyMap<string, string>,
): ReadonlySet<Sha256> {
  const holders = runs.filter(
    (run) => !going.has(run.run_id) && !(run.pinned === 'artifacts' && beyond.has(run.run_id)),
  );
  return new Set(holders.map((run) => run.dataset_version_id));
}

function goingEntries(
  { runs, entries, versionParts, parts }: RetentionFacts,
  going: ReadonlyMap<string, string>,
  beyond: ReadonlyMap<string, string>,
  { max_age_days }: ResolvedPolicy,
  now: string,
): RetentionPlan['entries'] {
  const used = versionsUsed(runs, going, beyond);
  const letGo = runs.filter((run) => going.has(run.run_id) || beyond.has(run.run_id));
  const usedByThose = new Set(letGo.map((run) => run.dataset_version_id));
  const oldest = max_age_days === null ? '' : daysBefore(now, max_age_days);
  const received = new Map(parts.map((part) => [part.part_id, part.received_at]));
  const lastReceived = (id: Sha256): string =>
    (versionParts.get(id) ?? [])
      .map((part) => received.get(part) ?? '')
      .toSorted(byCodePoint)
      .at(-1) ?? '';
  return entries.flatMap((entry) => {
    const id = entry.dataset_version_id;
    if (used.has(id)) return [];
    if (usedByThose.has(id)) return [{ entry, reason: 'no run that stays uses it' }];
    const isOld = lastReceived(id) < oldest;
    return isOld
      ? [{ entry, reason: `received more than ${max_age_days} days ago, and no run uses it` }]
      : [];
  });
}
