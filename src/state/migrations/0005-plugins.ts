import type { Migration } from '../migrate.ts';

/** Which plugins are installed, side by side in their versions, which of them counts, and what is known not to work. */
export const plugins: Migration = {
  version: 5,
  name: 'plugins',
  up: `
-- document: bundle.json, with the hash of each file; bundle_sha256: of the whole zip file; source: where it was read.
CREATE TABLE plugin_versions (
  plugin_id TEXT NOT NULL,
  version TEXT NOT NULL,
  code_sha256 TEXT NOT NULL,
  bundle_sha256 TEXT NOT NULL,
  document TEXT NOT NULL,
  source TEXT NOT NULL,
  installed_at TEXT NOT NULL,
  PRIMARY KEY (plugin_id, version)
) STRICT, WITHOUT ROWID;

-- One that is built in has a row as soon as it was disabled, without a version.
CREATE TABLE plugins (
  plugin_id TEXT PRIMARY KEY,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  active_version TEXT,
  previous_version TEXT,
  FOREIGN KEY (plugin_id, active_version) REFERENCES plugin_versions (plugin_id, version)
) STRICT, WITHOUT ROWID;

-- Ranges as npm writes them; other_id: only together with that plugin.
CREATE TABLE known_bad (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  plugin_id TEXT NOT NULL,
  versions TEXT NOT NULL,
  engines TEXT NOT NULL,
  other_id TEXT,
  other_versions TEXT,
  reason TEXT NOT NULL,
  added_at TEXT NOT NULL,
  CHECK ((other_id IS NULL) = (other_versions IS NULL))
) STRICT;
`,
  down: `
DROP TABLE known_bad;
DROP TABLE plugins;
DROP TABLE plugin_versions;
`,
};
