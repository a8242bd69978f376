import type { DatasetSchema, RoleMap } from '../contract/index.ts';
import { duckdbType, type PartFile, parquetAt } from '../dataset/index.ts';
import { queryTexts, quoteName, type Resources, withDuckDb } from './duckdb.ts';
import { inferRoles } from './roles/index.ts';

/** What a role map is inferred from: the parts, under one schema. */
export interface RoleRequest {
  readonly parts: readonly PartFile[];
  readonly schema: DatasetSchema;
  readonly resources: Resources;
}

const RELATION = 'role_source';

/** Infers the roles of a table from all its parts, whose rows are numbered through. */
export async function rolesOfParts(request: RoleRequest): Promise<RoleMap> {
  const { parts, schema } = request;
  return withDuckDb(request.resources, async (connection) => {
    await connection.run(`CREATE VIEW ${RELATION} AS ${selectAll(parts, schema)}`);
    return inferRoles({
      run: (sql) => queryTexts(connection, sql),
      relation: RELATION,
      schema,
      rowCount: parts.reduce((sum, { part }) => sum + part.row_count, 0),
    });
  });
}

function selectAll(parts: readonly PartFile[], schema: DatasetSchema): string {
  const columns = schema.columns.map(({ sql_name, type }) => {
    const name = quoteName(sql_name);
    return `CAST(${name} AS ${duckdbType(type)}) AS ${name}`;
  });
  let before = 0;
  const selects = parts.map(({ part, parquetPath }) => {
    const numbered = `row_number + ${before} AS row_number`;
    before += part.row_count + part.rejected_rows;
    return `SELECT ${[numbered, ...columns].join(', ')} FROM ${parquetAt(parquetPath)}`;
  });
  return selects.join(' UNION ALL ');
}
