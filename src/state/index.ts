// The system of record: what was received, ingested, run and written, in one SQLite database that is never recreated.
export type { DriveFacts } from './appdata.ts';
export type { CheckDepth } from './integrity.ts';
export { type OpenStateOptions, openState, type State } from './open-state.ts';
export { abortOrphans } from './orphans.ts';
export {
  currentOwner,
  describeOwner,
  type IsAlive,
  isProcessAlive,
  Owner,
  type OwnerState,
  ownerState,
} from './owner.ts';
export { runEntityId, runLineage, sharedEntityId } from './run-lineage.ts';
export type { Artifact } from './stores/artifacts.ts';
export type { DatasetEntry, Kind, NewDatasetVersion } from './stores/dataset-versions.ts';
export type { DatasetRow } from './stores/datasets.ts';
export type { Event, NewEvent, Timeline } from './stores/events.ts';
export type { Execution } from './stores/executions.ts';
export type { Lineage, LineageEdge, LineageEntity } from './stores/lineage.ts';
export type { Lock, LockAnswer, LockName, LockRequest } from './stores/locks.ts';
export type { ManifestLink } from './stores/manifest-chain.ts';
export type { NewRun, Run, RunCounts, RunEnd, RunFilter } from './stores/runs.ts';
export type { Reception, Upload } from './stores/uploads.ts';
