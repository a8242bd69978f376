// Configuration, plan and execution of a run: the only place that executes plugins and commits results.

export { adoptRun } from './adopt-run.ts';
export { type AnswerFile, answerFile } from './answer-file.ts';
export { catchUp } from './catch-up.ts';
export { checkArtifacts } from './collect-artifacts.ts';
export {
  type ConfigInput,
  type PluginChoice,
  type Profile,
  type ResolvedConfig,
  type RunFlags,
  resolveConfig,
  settingsLayers,
} from './config.ts';
export { openDoor } from './data-door.ts';
export { type EngineIdentity, engineIdentity, engineVersion } from './engine-identity.ts';
export { erpHistoryOf } from './erp-history.ts';
export { type ErpOfRun, rememberedRoles } from './erp-of-run.ts';
export { citedRows, evidenceRegistry } from './evidence-registry.ts';
export { type ExecutionContext, executeEntry } from './execute-entry.ts';
export { fillIn } from './fill-in.ts';
export { type Fingerprint, fingerprintRun, type RunInput, seedOfData } from './fingerprint.ts';
export { type ForeseenRun, foreseeReuse } from './foresee-reuse.ts';
export { dependencyOrder } from './graph.ts';
export { changedSince, type HowAsked, type PlannedWith, plannedWith, readQueued } from './how-asked.ts';
export { grantOf, type RunUpload } from './manifest.ts';
export { shareOfReading, sharesOfRun } from './memory-shares.ts';
export type { Outcome } from './outcome.ts';
export { type Allowed, approvalCommand, type Missing } from './permissions.ts';
export {
  buildPlan,
  type LeftOut,
  type Plan,
  type PlanInput,
  type PlannedPlugin,
  unfit,
  unmetNeed,
} from './plan.ts';
export type { FinishedRun, PipelineEvent, PlannedRun } from './planned-run.ts';
export type { SettingsLayer } from './plugin-settings.ts';
export { provisionalFindings } from './provisional.ts';
export { notRecomputable, type Recomputed, recheckQueries, recompute, type Tally } from './recompute.ts';
export { MOST_CHUNKS } from './record-chunks.ts';
export { lineageOf } from './record-commit.ts';
export { abandonRun, recoverRuns } from './recover.ts';
export { listedAgain, runPlan } from './run-plan.ts';
export { sealEvents } from './seal-events.ts';
export { pluginSeed } from './seeds.ts';
export { setAside } from './set-aside.ts';
export { readStoredConfig } from './stored-config.ts';
export { renderTemplate } from './templates.ts';
export { type TableFile, type ThrowAwayTable, withThrowAwayTable } from './throw-away-table.ts';
export { followersOf, type RunFolder, setAsideRuns, unlistedRuns } from './unlisted-runs.ts';
export { samplingOf } from './wanted-sample.ts';
