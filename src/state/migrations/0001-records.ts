import type { Migration } from '../migrate.ts';

/** The nouns of a run, from the upload to the sealed manifest. */
export const records: Migration = {
  version: 1,
  name: 'records',
  up: `
CREATE TABLE blobs (
  sha256 TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  first_received_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE uploads (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL REFERENCES blobs (sha256),
  original_path TEXT NOT NULL,
  original_filename TEXT NOT NULL,
  received_at TEXT NOT NULL
) STRICT;
CREATE INDEX uploads_by_content ON uploads (sha256);

CREATE TABLE parts (
  part_id TEXT PRIMARY KEY,
  upload_sha256 TEXT NOT NULL REFERENCES blobs (sha256),
  row_count INTEGER NOT NULL CHECK (row_count >= 0),
  rejected_rows INTEGER NOT NULL CHECK (rejected_rows >= 0),
  parquet_sha256 TEXT NOT NULL,
  document TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX parts_by_upload ON parts (upload_sha256);

CREATE TABLE datasets (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE dataset_versions (
  dataset_version_id TEXT PRIMARY KEY,
  row_count INTEGER NOT NULL CHECK (row_count >= 0),
  rejected_rows INTEGER NOT NULL CHECK (rejected_rows >= 0),
  document TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset_version_parts (
  dataset_version_id TEXT NOT NULL REFERENCES dataset_versions (dataset_version_id),
  ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
  part_id TEXT NOT NULL REFERENCES parts (part_id),
  PRIMARY KEY (dataset_version_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX dataset_version_parts_by_part ON dataset_version_parts (part_id);

-- A version is content and may belong to several datasets; each dataset counts its own.
CREATE TABLE dataset_entries (
  dataset_id INTEGER NOT NULL REFERENCES datasets (id),
  ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
  dataset_version_id TEXT NOT NULL REFERENCES dataset_versions (dataset_version_id),
  kind TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (dataset_id, ordinal),
  UNIQUE (dataset_id, dataset_version_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dataset_entries_by_version ON dataset_entries (dataset_version_id);

CREATE TABLE runs (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL,
  dataset_id INTEGER NOT NULL REFERENCES datasets (id),
  dataset_version_id TEXT NOT NULL REFERENCES dataset_versions (dataset_version_id),
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  config TEXT NOT NULL,
  owner TEXT NOT NULL,
  created_at TEXT NOT NULL,
  started_at TEXT,
  first_result_at TEXT,
  finished_at TEXT,
  manifest_sha256 TEXT,
  findings INTEGER,
  plugins_ok INTEGER,
  plugins_reused INTEGER,
  plugins_failed INTEGER,
  plugins_not_applicable INTEGER,
  CHECK (status NOT IN ('COMPLETED', 'PARTIAL') OR manifest_sha256 IS NOT NULL)
) STRICT;
CREATE INDEX runs_by_status ON runs (status, ordinal);
CREATE INDEX runs_by_dataset ON runs (dataset_id, ordinal);
CREATE INDEX runs_by_version ON runs (dataset_version_id, ordinal);

CREATE TABLE executions (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (run_id),
  plugin_id TEXT NOT NULL,
  execution_fingerprint TEXT,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  started_at TEXT,
  finished_at TEXT,
  exit_code INTEGER,
  reused_from_run TEXT,
  output_sha256 TEXT,
  peak_memory_bytes INTEGER,
  sandbox_layers TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX executions_by_run ON executions (run_id, plugin_id);

CREATE TABLE artifacts (
  run_id TEXT NOT NULL REFERENCES runs (run_id),
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  media_type TEXT NOT NULL,
  producer TEXT NOT NULL,
  keep INTEGER NOT NULL CHECK (keep IN (0, 1)),
  PRIMARY KEY (run_id, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX artifacts_by_content ON artifacts (sha256);

-- Append only; a run's events carry its id as correlation id.
CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  correlation_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_correlation ON events (correlation_id, id);
CREATE INDEX events_by_subject ON events (subject_kind, subject_id, id);

-- No reference to runs: a purged run leaves its link.
CREATE TABLE manifest_chain (
  ordinal INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  manifest_sha256 TEXT NOT NULL UNIQUE,
  previous_manifest_sha256 TEXT UNIQUE REFERENCES manifest_chain (manifest_sha256),
  CHECK ((ordinal = 1) = (previous_manifest_sha256 IS NULL))
) STRICT;

CREATE TABLE locks (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  purpose TEXT NOT NULL,
  acquired_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
  down: `
DROP TABLE locks;
DROP TABLE manifest_chain;
DROP TABLE events;
DROP TABLE artifacts;
DROP TABLE executions;
DROP TABLE runs;
DROP TABLE dataset_entries;
DROP TABLE dataset_version_parts;
DROP TABLE dataset_versions;
DROP TABLE datasets;
DROP TABLE parts;
DROP TABLE uploads;
DROP TABLE blobs;
`,
};
