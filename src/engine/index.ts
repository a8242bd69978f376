// The use cases, one verb a file: the only door for whatever talks to an operator.
export type { RunFlags } from '../pipeline/index.ts';
export {
  type FindingDetails,
  formatFieldValue,
  formatProbability,
  formatShare,
  formatValue,
  issueWords,
  prepareToDraw,
  type Shown,
  type ShownChart,
  type ShownClaim,
  type ShownDerivation,
  type ShownEvidence,
  type ShownField,
  type ShownFinding,
  type ShownIssue,
  type ShownQuery,
  type ShownReport,
} from '../report/index.ts';
export { type Adoption, adoptRuns } from './adopt-runs.ts';
export { type Alert, alerts, type Readiness, readinessOf } from './alerts.ts';
export { type App, type AppOptions, openApp, withApp } from './app.ts';
export { applyRetention, type RetentionReport } from './apply-retention.ts';
export { type BackupSummary, backUpDaily, backUpState, KEEP_BACKUPS } from './back-up.ts';
export { type CancelRequest, cancelRun, type RunCancellation } from './cancel-run.ts';
export { type CitedRows, showCitedRows } from './cited-rows.ts';
export { collectGarbage, type GarbageReport } from './collect-garbage.ts';
export { compareTwoRuns } from './compare-runs.ts';
export { type Damage, damageText } from './damage.ts';
export { type DatasetChange, deleteDataset, undeleteDataset } from './dataset-trash.ts';
export {
  type DatasetDetails,
  type DatasetExport,
  type DatasetPreview,
  type DatasetSummary,
  exportDataset,
  listDatasets,
  previewDataset,
  showDataset,
} from './datasets.ts';
export { type Diagnosis, diagnose } from './diagnose.ts';
export { type DiagnosticsSummary, diagnoseRun } from './diagnose-run.ts';
export { type AddedIssue, type AddIssueRequest, addIssue } from './erps/add-issue.ts';
export { type CheckedIssues, type CheckIssuesRequest, checkIssues } from './erps/check-issues.ts';
export { type CreateErpRequest, createErp } from './erps/create-erp.ts';
export { exportErp } from './erps/export-erp.ts';
export { type ImportErpRequest, importErp } from './erps/import-erp.ts';
export { type ErpDetails, type ErpSummary, listErps, showErp } from './erps/list-erps.ts';
export { removeIssue } from './erps/remove-issue.ts';
export { type SetErpRequest, setErp } from './erps/set-erp.ts';
export {
  evaluateRun,
  type ReportPlace,
  type TemplateRequest,
  type WrittenTemplate,
  writeTruthTemplate,
} from './evaluate-run.ts';
export { type ExportSummary, exportRun } from './export-run.ts';
export { type IngestRequest, type IngestSummary, ingestFile } from './ingest-file.ts';
export { type DatasetInspection, inspectDataset } from './inspect-dataset.ts';
export { type ListedRun, listRuns, type RunDetails, type RunEntry, showRun } from './list-runs.ts';
export type { LookedAt } from './looked-at.ts';
export { type LostRuns, lostRuns, removeLostRuns } from './lost-runs.ts';
export { type NewPlugin, type NewPluginRequest, newPlugin } from './new-plugin.ts';
export { openInBrowser } from './open-browser.ts';
export { pinRun, unpinRun } from './pin-run.ts';
export { type PlanSummary, planRun, type RunRequest } from './plan-run.ts';
export { healthOfPlugins, type PluginHealth } from './plugin-health.ts';
export { readPluginLog } from './plugin-log.ts';
export {
  type ApprovalEntry,
  type ApprovalRequest,
  approvePlugin,
  listApprovals,
  revokeApprovals,
} from './plugins/approvals.ts';
export type { DeclaredCapability } from './plugins/capabilities.ts';
export type { PluginChange, PluginChanges } from './plugins/change.ts';
export { removePlugins, rollBackPlugin, setPluginsEnabled } from './plugins/change-plugins.ts';
export { type InstallRequest, installPlugins } from './plugins/install-plugins.ts';
export { addKnownBad, type KnownBadEntry, listKnownBad, removeKnownBad } from './plugins/known-bad.ts';
export {
  listPlugins,
  type PluginDetails,
  type PluginEntry,
  showPlugin,
} from './plugins/list-plugins.ts';
export { type PackedPlugin, packPlugin } from './plugins/pack-plugin.ts';
export { type ProfilesInForce, profilesInForce } from './plugins/show-profiles.ts';
export { previewUploads, type UploadPreview, type UploadPreviewRequest } from './preview-uploads.ts';
export type { ProgressEvent } from './progress-event.ts';
export { type Purged, purgeDeletedDataset, purgeDeletedRun } from './purge-deleted.ts';
export { type ReceivedUpload, receiveUpload } from './receive-upload.ts';
export {
  type BeginningRun,
  type RecentRun,
  type RecentRuns,
  type RecentRunsRequest,
  recentRuns,
} from './recent-runs.ts';
export { DOUBTED_AFTER_DAYS } from './reckon-ages.ts';
export { type Replay, replayRun } from './replay-run.ts';
export { type Restoration, restoreBackup } from './restore.ts';
export { type ResumeRequest, resumeRun } from './resume-run.ts';
export type { PolicyFlags } from './retention-policy.ts';
export { runAnalysis } from './run-analysis.ts';
export {
  type CheckedArtifact,
  listArtifacts,
  type RunArtifacts,
  readArtifact,
  type SavedArtifact,
  saveArtifact,
} from './run-artifacts.ts';
export { deleteRun, setRunAside, undeleteRun } from './run-trash.ts';
export { type EvidenceAgain, recomputeEvidence } from './show-evidence.ts';
export { showFinding, showLineage, showReport } from './show-report.ts';
export { type RunTimeline, showTimeline, type TimelineBar } from './show-timeline.ts';
export { showTrash, type Trash } from './show-trash.ts';
export {
  type SpawnedRun,
  type SpawnRequest,
  spawnPlan,
  spawnResume,
  spawnRun,
} from './spawn-run.ts';
export {
  type PlantList,
  plantLists,
  type SynthRequest,
  type SynthSummary,
  synthesize,
} from './synthesize.ts';
export { type RowFinding, type RowPlace, type RowTrace, traceRow } from './trace-row.ts';
export { type RunTrace, traceRun } from './trace-run.ts';
export { type ValidationRequest, validatePlugins } from './validate-plugin.ts';
export { type PackVerification, verifyPack } from './verify-pack.ts';
export { type Verification, verifyRun } from './verify-run.ts';
export { progressNow, type RunWatch, watchRun } from './watch-run.ts';
export { type WhatRan, whatRan } from './what-ran.ts';
