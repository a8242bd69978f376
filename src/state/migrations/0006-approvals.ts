import type { Migration } from '../migrate.ts';

/** Capabilities that the operator has approved for single plugins. */
export const approvals: Migration = {
  version: 6,
  name: 'approvals',
  up: `
CREATE TABLE approvals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  plugin_id TEXT NOT NULL,
  plugin_version TEXT NOT NULL,
  -- The code that was looked at: for other code nothing is approved.
  code_sha256 TEXT NOT NULL,
  capability TEXT NOT NULL,
  -- What it holds for: 'all', or one 'dataset' (or 'erp') of this name.
  scope_kind TEXT NOT NULL,
  scope_name TEXT NOT NULL,
  -- Of the network, as JSON; [] for other capabilities.
  hosts TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  approved_at TEXT NOT NULL,
  revoked_by TEXT,
  revoked_at TEXT,
  CHECK ((scope_kind = 'all') = (scope_name = '')),
  CHECK ((revoked_by IS NULL) = (revoked_at IS NULL))
) STRICT;
CREATE INDEX approvals_in_force ON approvals (plugin_id, id) WHERE revoked_at IS NULL;
`,
  down: `
DROP TABLE approvals;
`,
};
