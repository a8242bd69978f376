import { DuckDBInstance } from '@duckdb/node-api';
import type { Column, ColumnType, DatasetSchema, RoleMap } from '../../../src/contract/index.ts';
import { inferRoles, inOnePiece } from '../../../src/ingest/roles/index.ts';
import { quoted } from '../../../src/ingest/roles/sql.ts';

/** How a table is presented to the role map; the rows stay the same. */
export interface Presentation {
  /** Headers become C1…Cn. */
  readonly anonymous?: boolean;
  /** Columns in this order instead of their own. */
  readonly shuffle?: (headers: readonly string[]) => readonly string[];
}

/** What was inferred, told by the headers of the SQL (also when the map saw C1…Cn). */
export interface Told {
  readonly map: RoleMap;
  readonly schema: DatasetSchema;
  /** Header of the column bound to a unique role (of a derived one, its name in SQL); headers of a general role in order, joined by spaces. */
  readonly roles: Readonly<Record<string, string>>;
}

const told = new Map<string, Promise<Told>>();

/** Infers the roles of the rows of a SELECT (with real DuckDB), whose column names are the headers; once for each table. */
export function rolesOf(select: string, presentation: Presentation = {}): Promise<Told> {
  if (presentation.shuffle) return inferred(select, presentation);
  const key = `${presentation.anonymous === true}: ${select}`;
  const known = told.get(key) ?? inferred(select, presentation);
  told.set(key, known);
  return known;
}

async function inferred(select: string, presentation: Presentation): Promise<Told> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone='UTC'");
    await connection.run(`CREATE TABLE source AS SELECT * FROM (${select})`);
    const described = await connection.runAndReadAll(
      `SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'source' ORDER BY column_index`,
    );
    const types = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
    const headers = presentation.shuffle?.([...types.keys()]) ?? [...types.keys()];
    const columns = headers.map(
      (header, i): Column => ({
        name: presentation.anonymous ? `C${i + 1}` : header,
        sql_name: presentation.anonymous ? `C${i + 1}` : header,
        type: typeOf(types.get(header) ?? ''),
      }),
    );
    const outputs = headers.map((header, i) => `${quoted(header)} AS ${quoted(columns[i]?.sql_name ?? '')}`);
    await connection.run(
      `CREATE VIEW data AS SELECT rowid + 1 AS row_number, ${outputs.join(', ')} FROM source`,
    );
    const count = await connection.runAndReadAll('SELECT count(*) FROM source');
    const schema: DatasetSchema = { schema_version: 'dataset_schema.v1', columns };
    const rowCount = Number(count.getRows()[0]?.[0]);
    const run = async (sql: string) => {
      const rows = (await connection.runAndReadAll(sql)).getRows();
      return rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))));
    };
    const map = await inferRoles({ ...inOnePiece(run, 'data', rowCount), schema, rowCount });
    const headerOf = new Map(columns.map((column, i) => [column.sql_name, headers[i] ?? '']));
    const roles: Record<string, string> = {};
    for (const { role, sql_name } of map.bindings) {
      const header = headerOf.get(sql_name) ?? sql_name;
      roles[role] = roles[role] === undefined ? header : `${roles[role]} ${header}`;
    }
    return { map, schema, roles };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function typeOf(type: string): ColumnType {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  switch (type) {
    case 'BIGINT':
    case 'INTEGER':
      return { kind: 'integer' };
    case 'DOUBLE':
      return { kind: 'double' };
    case 'BOOLEAN':
      return { kind: 'boolean' };
    case 'DATE':
      return { kind: 'date' };
    case 'TIME':
      return { kind: 'time' };
    case 'TIMESTAMP':
      return { kind: 'timestamp' };
    case 'TIMESTAMP WITH TIME ZONE':
      return { kind: 'timestamptz' };
    case 'VARCHAR':
      return { kind: 'text' };
    default:
      throw new Error(`the test table has a column of type ${type}`);
  }
}
