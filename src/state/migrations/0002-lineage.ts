import type { Migration } from '../migrate.ts';

/** From any entity the way back to the upload, and forth. */
export const lineage: Migration = {
  version: 2,
  name: 'lineage',
  up: `
CREATE TABLE lineage_entities (
  entity_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  sha256 TEXT,
  run_id TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX lineage_entities_by_content ON lineage_entities (sha256);
CREATE INDEX lineage_entities_by_run ON lineage_entities (run_id);

CREATE TABLE lineage_edges (
  from_id TEXT NOT NULL REFERENCES lineage_entities (entity_id),
  to_id TEXT NOT NULL REFERENCES lineage_entities (entity_id),
  relation TEXT NOT NULL,
  PRIMARY KEY (from_id, to_id, relation)
) STRICT, WITHOUT ROWID;
CREATE INDEX lineage_edges_back ON lineage_edges (to_id, from_id, relation);
`,
  down: `
DROP TABLE lineage_edges;
DROP TABLE lineage_entities;
`,
};
