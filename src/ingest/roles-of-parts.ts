import type { DuckDBConnection } from '@duckdb/node-api';
import type { DatasetSchema, RoleMap } from '../contract/index.ts';
import { duckdbType, holdIfBetter, type PartFile, parquetAt } from '../dataset/index.ts';
import { queryTexts, quoteName, type Resources, withDuckDb } from './duckdb.ts';
import { type KeptFacts, openFacts } from './kept-facts.ts';
import { inferRoles, inOnePiece, nothingKnown, type Source } from './roles/index.ts';

/** What a role map is inferred from: the parts, under one schema. */
export interface RoleRequest {
  readonly parts: readonly PartFile[];
  readonly schema: DatasetSchema;
  readonly resources: Resources;
  /** Where what is known of large parts is kept. */
  readonly cache: string;
}

const RELATION = 'role_source';
/** Tables with fewer rows are looked at anew, all at once. */
const KEPT_FROM_ROWS = 50_000;

/** Infers the roles of a table from all its parts, whose rows are numbered through. */
export async function rolesOfParts(request: RoleRequest): Promise<RoleMap> {
  const { schema, parts } = request;
  const rowCount = parts.reduce((sum, { part }) => sum + part.row_count, 0);
  return withDuckDb(request.resources, async (connection) => {
    await makeRelation(connection, request);
    if (rowCount < KEPT_FROM_ROWS) {
      const run = (sql: string) => queryTexts(connection, sql);
      return inferRoles({ ...inOnePiece(run, RELATION, rowCount), schema, rowCount });
    }
    const { source, kept } = await inPieces(connection, request);
    const roles = await inferRoles({ ...source, schema, rowCount });
    for (const facts of kept) await facts.keep();
    return roles;
  });
}

/** All rows: a view over the files, or a table in memory. */
async function makeRelation(
  connection: DuckDBConnection,
  { parts, schema, resources: { memoryBytes } }: RoleRequest,
): Promise<void> {
  await connection.run(`CREATE VIEW ${RELATION} AS ${selects(parts, schema).join(' UNION ALL ')}`);
  await holdIfBetter(connection, RELATION, { schema, parts, memoryBytes });
}

/** A table whose parts are looked at one by one, with what is known of each and of all that came before. */
async function inPieces(
  connection: DuckDBConnection,
  { parts, schema, cache }: RoleRequest,
): Promise<{ readonly source: Source; readonly kept: readonly KeptFacts[] }> {
  const ids = parts.map(({ part }) => part.part_id);
  const ofEach = await Promise.all(ids.map((id) => openFacts(cache, [id], schema)));
  const ofFirst = async (count: number) =>
    (count === 1 ? ofEach[0] : undefined) ?? openFacts(cache, ids.slice(0, count), schema);
  const known = await ofFirst(ids.length);
  const knownBefore = await ofFirst(ids.length - 1);
  const pieces: Source['pieces'][number][] = [];
  for (const [i, select] of selects(parts, schema).entries()) {
    const relation = parts.length === 1 ? RELATION : `${RELATION}_${i + 1}`;
    if (parts.length > 1) await connection.run(`CREATE VIEW ${relation} AS ${select}`);
    const rows = parts[i]?.part.row_count ?? 0;
    pieces.push({ relation, rows, before: rowsBefore(parts, i), known: ofEach[i] ?? nothingKnown() });
  }
  const run = (sql: string) => queryTexts(connection, sql);
  const kept = [...new Set([...ofEach, known])];
  return { source: { run, relation: RELATION, pieces, known, knownBefore }, kept };
}

function rowsBefore(parts: readonly PartFile[], index: number): number {
  return parts.slice(0, index).reduce((sum, { part }) => sum + part.row_count + part.rejected_rows, 0);
}

/** A SELECT for each part. */
function selects(parts: readonly PartFile[], schema: DatasetSchema): string[] {
  const columns = schema.columns.map(({ sql_name, type }) => {
    const name = quoteName(sql_name);
    return `CAST(${name} AS ${duckdbType(type)}) AS ${name}`;
  });
  return parts.map(({ parquetPath }, i) => {
    const numbered = `row_number + ${rowsBefore(parts, i)} AS row_number`;
    return `SELECT ${[numbered, ...columns].join(', ')} FROM ${parquetAt(parquetPath)}`;
  });
}
