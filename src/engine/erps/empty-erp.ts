import type { Erp } from '../../contract/index.ts';

/** An ERP of which nothing is known but its name. */
export function emptyErp(name: string): Erp {
  return {
    schema_version: 'erp.v1',
    name,
    description: '',
    columns: [],
    schema_versions: [],
    ingest: {},
    process: {},
    plugins: {},
    known_issues: [],
  };
}
