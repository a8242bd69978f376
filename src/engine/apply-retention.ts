import { isUnderWay } from '../contract/index.ts';
import type { State } from '../state/index.ts';
import { underMaintenance } from './activity.ts';
import type { App } from './app.ts';
import { type GarbageReport, type RetentionRequest, type Swept, sweep } from './collect-garbage.ts';
import { trashEntry } from './dataset-trash.ts';
import { type Reckoning, reckonAges } from './reckon-ages.ts';
import { planRetention, type RetentionFacts, type RetentionPlan } from './retention-plan.ts';
import { policyOf, type ResolvedPolicy } from './retention-policy.ts';
import { trashRow } from './run-trash.ts';
import { settleTrash } from './settle-trash.ts';

/** What `retention --json` prints. */
export interface RetentionReport extends Reckoning {
  readonly schema_version: 'retention.v1';
  /** True where nothing was changed: this is what would be. */
  readonly dry_run: boolean;
  readonly policy: ResolvedPolicy;
  /** What goes into the trash now. */
  readonly deleted: {
    readonly runs: readonly { readonly run_id: string; readonly reason: string }[];
    readonly datasets: readonly {
      readonly dataset: string;
      readonly ordinal: number;
      readonly dataset_version_id: string;
      readonly reason: string;
    }[];
  };
  /** What goes for good, because its grace time is over. */
  readonly removed: GarbageReport['removed'];
  readonly bytes: number;
  readonly left: GarbageReport['left'];
}

/**
 * Applies the retention policy: runs and data beyond it go into the trash, what has been there for its grace time goes
 * for good. Records of uploads stay for ever. Throws SH_MAINTENANCE_REFUSED, SH_CONFIG_INVALID.
 */
export async function applyRetention(
  app: App,
  { dryRun, flags, trustClock = false }: RetentionRequest,
): Promise<RetentionReport> {
  const policy = await policyOf(app, flags);
  app.state.refuseAnyChanged();
  const ages = reckonAges(app, trustClock);
  const report = (plan: RetentionPlan, swept: Swept) => retentionReport(dryRun, policy, ages, plan, swept);
  if (dryRun) {
    const plan = planRetention(factsOf(app.state), policy, ages.ages_counted_to);
    return report(plan, await sweep(app, policy, ages, { remove: false }));
  }
  return underMaintenance(app, 'retention', async () => {
    const plan = app.state.transaction(() => trashPlanned(app, policy, ages));
    await settleTrash(app);
    // Without any grace time, what went into the trash just now goes at once.
    const later = ages.clock_doubted === null ? reckonAges(app, true) : ages;
    return report(plan, await sweep(app, policy, later, { remove: true }));
  });
}

/** Plans and writes down in one transaction: what was pinned a moment ago is not deleted now. */
function trashPlanned({ state }: App, policy: ResolvedPolicy, ages: Reckoning): RetentionPlan {
  const plan = planRetention(factsOf(state), policy, ages.ages_counted_to);
  for (const { run_id, reason } of plan.runs) trashRow(state, run_id, reason);
  for (const { entry, reason } of plan.entries) trashEntry(state, entry, reason);
  return plan;
}

function factsOf(state: State): RetentionFacts {
  const bytes = state.references.runBytes();
  return {
    runs: state.runs.list({ limit: Number.MAX_SAFE_INTEGER }).map((run) => ({
      run_id: run.run_id,
      created_at: run.created_at,
      under_way: isUnderWay(run),
      has_result: run.manifest_sha256 !== null,
      pinned: run.pinned,
      dataset_version_id: run.dataset_version_id,
      bytes: bytes.get(run.run_id) ?? 0,
    })),
    entries: state.datasets.list().flatMap(({ name }) => state.versions.list(name)),
    versionParts: state.references.versionParts(),
    parts: state.references.partData(),
  };
}

function retentionReport(
  dry_run: boolean,
  policy: ResolvedPolicy,
  ages: Reckoning,
  plan: RetentionPlan,
  swept: Swept,
): RetentionReport {
  return {
    schema_version: 'retention.v1',
    dry_run,
    ...ages,
    policy,
    deleted: {
      runs: plan.runs,
      datasets: plan.entries.map(({ entry, reason }) => ({
        dataset: entry.dataset,
        ordinal: entry.ordinal,
        dataset_version_id: entry.dataset_version_id,
        reason,
      })),
    },
    ...swept,
  };
}
