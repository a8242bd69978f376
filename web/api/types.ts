/** What the routes answer with: the program's own types, nothing of its code. */
export type { Coverage, RunComparison, RunManifest, RunStatus, Trace } from '../../src/contract/index.ts';
export type {
  Alert,
  CitedRows,
  EvidenceAgain,
  FindingDetails,
  ListedRun,
  ProgressEvent,
  RecentRun,
  RecentRuns,
  Replay,
  RunArtifacts,
  RunDetails,
  RunTimeline,
  RunWatch,
  ShownChart,
  ShownClaim,
  ShownDerivation,
  ShownEvidence,
  ShownField,
  ShownFinding,
  ShownIssue,
  ShownQuery,
  ShownReport,
  TimelineBar,
  WhatRan,
} from '../../src/engine/index.ts';

/** `application/problem+json`, as every failed route answers. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly hint: string;
}

/** `GET /api/v1/session`. */
export interface Session {
  readonly csrf_token: string;
  readonly version: string;
  readonly appdata: string;
  readonly warnings: readonly string[];
}

export type { Column, ColumnType, RoleBinding } from '../../src/contract/index.ts';
export type {
  DatasetChange,
  DatasetInspection,
  DatasetPreview,
  DatasetSummary,
  ErpSummary,
  PlanSummary,
  PluginDetails,
  PluginEntry,
  Purged,
  ReceivedUpload,
  RowTrace,
  SpawnedRun,
  Trash,
  UploadPreview,
} from '../../src/engine/index.ts';

/** One of `GET /api/v1/roles`. */
export interface KnownRole {
  readonly role: string;
  readonly unique: boolean;
  readonly meaning: string;
}
