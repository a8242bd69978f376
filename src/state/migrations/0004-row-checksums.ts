import type { Migration } from '../migrate.ts';

/** A checksum of each value beside the rows: what this program did not write is found. Filled by row-checksums.ts. */
export const rowChecksums: Migration = {
  version: 4,
  name: 'row-checksums',
  up: `
-- row_key: the values of the primary key; checksums: one for each column of the row, in their order.
CREATE TABLE row_checksums (
  table_name TEXT NOT NULL,
  row_key TEXT NOT NULL,
  checksums TEXT NOT NULL,
  PRIMARY KEY (table_name, row_key)
) STRICT, WITHOUT ROWID;
`,
  down: `
DROP TABLE row_checksums;
`,
};
