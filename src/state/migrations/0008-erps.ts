import type { Migration } from '../migrate.ts';

/** ERPs, the datasets that belong to them, and what stays of their runs. */
export const erps: Migration = {
  version: 8,
  name: 'erps',
  up: `
CREATE TABLE erps (
  name TEXT PRIMARY KEY,
  -- An erp.v1, canonical JSON.
  document TEXT NOT NULL,
  created_at TEXT NOT NULL,
  changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A dataset belongs to one ERP at most.
CREATE TABLE erp_datasets (
  dataset TEXT PRIMARY KEY,
  erp TEXT NOT NULL REFERENCES erps (name),
  since TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX erp_datasets_by_erp ON erp_datasets (erp, dataset);

-- Of each finished run. No reference to runs: what a run found outlives its files.
CREATE TABLE erp_history (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL UNIQUE,
  erp TEXT NOT NULL,
  dataset TEXT NOT NULL,
  dataset_version_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  finished_at TEXT NOT NULL,
  -- What the run said of each known issue: JSON.
  known_issues TEXT NOT NULL,
  -- An erp_history.v1, canonical JSON, and its hash.
  document TEXT NOT NULL,
  sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX erp_history_by_erp ON erp_history (erp, ordinal);
CREATE INDEX erp_history_by_content ON erp_history (sha256);
`,
  down: `
DROP TABLE erp_history;
DROP TABLE erp_datasets;
DROP TABLE erps;
`,
};
