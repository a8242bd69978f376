import {
  canonicalJsonFile,
  failPoint,
  removeTree,
  renameDurably,
  type Sha256,
  syncTree,
} from '../base/index.ts';
import { check, describeProblems, type Report, RunManifest, type Trace } from '../contract/index.ts';
import { sandboxLayers } from '../plugin-host/index.ts';
import { countFindings } from '../report/index.ts';
import { withoutSecrets } from './guard-secrets.ts';
import { buildManifest } from './manifest.ts';
import { countOutcomes, type Outcome } from './outcome.ts';
import type { FinishedRun, PipelineEnvironment, PlannedRun } from './planned-run.ts';
import { recordCommit } from './record-commit.ts';
import { registerLogs } from './register-logs.ts';
import { eventsDocument, sealEvents } from './seal-events.ts';
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

/**
 * Seals the staging folder with its manifest, renames it into `runs/`, then records it: all or nothing. The manifest
 * names every other file in the folder, logs and journal included, so nothing may be written there after it.
 */
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
  const told = countFindings(report);
  const previous = state.chain.head()?.manifest_sha256 ?? null;
  await removeTree(staging.work);
  const events = state.events.byCorrelation(run.runId);
  await staging.write('events.json', canonicalJsonFile(eventsDocument(events)), 'application/json');
  await staging.enter('sealed');
  await registerLogs(staging);
  await syncTree(staging.folder);
  failPoint('run.registered', staging.folder);
  const built = buildManifest({
    runId: run.runId,
    datasetName: run.config.dataset,
    fingerprint: run.fingerprint,
    config: run.config,
    engine: run.engine,
    input: run.input,
    uploads: run.uploads,
    outcomes,
    unhealthy: run.unhealthy,
    disabled: run.disabled,
    artifacts: staging.artifacts,
    findings: told.findings,
    times: {
      created: run.createdAt,
      started: startedAt,
      firstResult: state.runs.get(run.runId)?.first_result_at ?? null,
      finished: clock.now(),
    },
    events: sealEvents(events),
    hostSandboxLayers: await sandboxLayers(),
    previousManifest: previous,
  });
  const manifest = readable(withoutSecrets(RunManifest, built));
  const sealed = await staging.write('run_manifest.json', canonicalJsonFile(manifest), 'application/json');
  failPoint('run.sealed', staging.folder);
  await renameDurably(staging.folder, paths.run(run.runId));
  failPoint('run.renamed', paths.run(run.runId));
  state.transaction(() => {
    recordCommit(state, { manifest, manifestSha256: sealed.sha256 as Sha256, trace, report });
    failPoint('run.recording', run.runId);
  });
  failPoint('run.recorded', run.runId);
  return {
    status: manifest.results.status,
    reason: '',
    outcomes,
    manifest,
    counts: countOutcomes(outcomes, told.findings),
    told,
    knownIssues: report.known_issues,
  };
}

/** A manifest that nobody could read would make a run that can't be verified: a bug, found before it is sealed. */
function readable(manifest: RunManifest): RunManifest {
  const checked = check(RunManifest, manifest);
  if (checked.ok) return manifest;
  throw new Error(`the manifest does not fit its schema: ${describeProblems(checked.problems)}`);
}
