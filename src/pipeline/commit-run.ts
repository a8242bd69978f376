import { canonicalJsonFile, removeTree, renameDurably } from '../base/index.ts';
import type { Report, Trace } from '../contract/index.ts';
import { sandboxLayers } from '../plugin-host/index.ts';
import { isFact } from '../report/index.ts';
import { buildManifest } from './manifest.ts';
import { countOutcomes, type Outcome } from './outcome.ts';
import type { FinishedRun, PipelineEnvironment, PlannedRun } from './planned-run.ts';
import { recordCommit } from './run-records.ts';
import type { Staging } from './staging.ts';

interface Commit {
  readonly run: PlannedRun;
  readonly environment: PipelineEnvironment;
  readonly staging: Staging;
  readonly outcomes: readonly Outcome[];
  readonly report: Report;
  readonly trace: Trace;
  readonly startedAt: string;
}

/** Seals the staging folder with its manifest, renames it into `runs/`, then records it: all or nothing. */
export async function commitRun({
  run,
  environment,
  staging,
  outcomes,
  report,
  trace,
  startedAt,
}: Commit): Promise<FinishedRun> {
  const { state, paths, clock } = environment;
  const facts = report.findings.filter(isFact).length;
  const findings = report.findings.length - facts;
  const previous = state.chain.head()?.manifest_sha256 ?? null;
  const manifest = buildManifest({
    runId: run.runId,
    datasetName: run.config.dataset,
    fingerprint: run.fingerprint,
    config: run.config,
    engine: run.engine,
    input: run.input,
    uploads: run.uploads,
    outcomes,
    artifacts: staging.artifacts,
    findings,
    times: { created: run.createdAt, started: startedAt, finished: clock.now() },
    hostSandboxLayers: await sandboxLayers(),
    previousManifest: previous,
  });
  const counts = countOutcomes(outcomes, findings);
  const artifacts = [...staging.artifacts];
  await removeTree(staging.work);
  const sealed = await staging.write('run_manifest.json', canonicalJsonFile(manifest), 'application/json');
  await staging.enter('sealed');
  await renameDurably(staging.folder, paths.run(run.runId));
  state.transaction(() => recordCommit(run, state, { manifest, sealed, artifacts, outcomes, trace, counts }));
  return {
    status: manifest.results.status,
    reason: '',
    outcomes,
    manifest,
    counts,
    facts,
  };
}
