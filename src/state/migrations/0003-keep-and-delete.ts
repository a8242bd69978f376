import type { Migration } from '../migrate.ts';

/** What the operator deleted, pinned or let expire, and who is just now making files that no row names yet. */
export const keepAndDelete: Migration = {
  version: 3,
  name: 'keep-and-delete',
  up: `
ALTER TABLE runs ADD COLUMN deleted_at TEXT;
-- 'artifacts': its files stay; 'data': what it was made of stays too.
ALTER TABLE runs ADD COLUMN pinned TEXT CHECK (pinned IN ('artifacts', 'data'));
CREATE INDEX runs_deleted ON runs (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX runs_pinned ON runs (pinned, dataset_version_id) WHERE pinned IS NOT NULL;

ALTER TABLE dataset_entries ADD COLUMN deleted_at TEXT;

-- The row stays for ever; the bytes are gone since then, on purpose.
ALTER TABLE blobs ADD COLUMN expired_at TEXT;
ALTER TABLE parts ADD COLUMN expired_at TEXT;

CREATE TABLE activities (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  purpose TEXT NOT NULL,
  started_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
  down: `
DROP TABLE activities;
ALTER TABLE parts DROP COLUMN expired_at;
ALTER TABLE blobs DROP COLUMN expired_at;
ALTER TABLE dataset_entries DROP COLUMN deleted_at;
DROP INDEX runs_pinned;
DROP INDEX runs_deleted;
ALTER TABLE runs DROP COLUMN pinned;
ALTER TABLE runs DROP COLUMN deleted_at;
`,
};
