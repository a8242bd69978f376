// The system of record: what was received, ingested, run and written, in one SQLite database that is never recreated.

export { dropDamagedBackups, pruneBackups } from './backup.ts';
export { type Backup, checkBackup, listBackups, newestGoodBackup } from './backups.ts';
export { type Drive, driveOf, driveWarning, freeBytes } from './drive.ts';
export { repairOf, withRepair } from './offer-repair.ts';
export { changedRowsIn, openState, type State } from './open-state.ts';
export { abortOrphans, abortRun } from './orphans.ts';
export { currentOwner, describeOwner, isProcessAlive, Owner, ownerState } from './owner.ts';
export { restoreState } from './restore.ts';
export type { ChangedRow, RowsWith } from './row-checksums.ts';
export { runEntityId, runLineage, sharedEntityId } from './run-lineage.ts';
export type { Approval, ApprovalScope } from './stores/approvals.ts';
export type { DatasetEntry } from './stores/dataset-versions.ts';
export type { EarlierRun, ErpHistoryRow, NewErpHistoryRow } from './stores/erp-history.ts';
export type { ErpRow } from './stores/erps.ts';
export type { Execution } from './stores/executions.ts';
export type { KnownBadRow } from './stores/known-bad.ts';
export type { Lineage, LineageEntity } from './stores/lineage.ts';
export type { InstalledPlugin, PluginVersion } from './stores/plugins.ts';
export type { Holding, PartData } from './stores/references.ts';
export type { NewRun, Run, RunCounts } from './stores/runs.ts';
export type { Upload } from './stores/uploads.ts';
