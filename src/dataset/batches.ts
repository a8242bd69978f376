import { DuckDBDecimalType, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import type { Batch } from '../sdk/index.ts';
import { BatchBuilder } from './batch-builder.ts';
import type { Layout } from './batch-columns.ts';
import type { BatchRequest } from './dataset.ts';
import { refuse } from './gate/refuse.ts';
import { type Scan, scanSql } from './scan.ts';
import { queryFailed, type Session } from './session.ts';
import { quoteName } from './sql-text.ts';

const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * Columns of `data` in source order, in batches of about 4 MiB that never cross a part. Types that have no form of
 * their own are widened: small integers to 64 bits, HUGEINT to DECIMAL(38,0), FLOAT to DOUBLE.
 */
export async function* readBatches(
  session: Session,
  dataColumns: ReadonlySet<string>,
  request: BatchRequest & Pick<Scan, 'where'>,
  batchBytes: number = BATCH_BYTES,
): AsyncGenerator<Batch> {
  const scan = await scanSql(session, dataColumns, request);
  const { sql, layouts } = await widened(session, scan, request.columns);
  const builder = new BatchBuilder(request.columns, layouts, batchBytes);
  const lent = await session.lend(request.signal);
  try {
    const result = await lent.connection.stream(sql);
    for await (const chunk of result) yield* builder.add(chunk);
    yield* builder.rest();
  } catch (error) {
    request.signal?.throwIfAborted();
    throw queryFailed(error);
  } finally {
    lent.giveBack();
  }
}

/** A scan whose columns are cast to the layouts that batches have. */
async function widened(session: Session, scan: string, columns: readonly string[]) {
  const types = await typesOf(session, scan);
  const forms = columns.map((name, index) => formOf(name, types[index + 2]));
  const items = forms.map((form, index) => `${form.sql} AS ${quoteName(columns[index] ?? '')}`);
  const sql = `SELECT ${['_sh_part', '_sh_row_number', ...items].join(', ')} FROM (${scan})`;
  return { sql, layouts: forms.map((form) => form.layout) };
}

async function typesOf(session: Session, sql: string): Promise<readonly DuckDBType[]> {
  return session.use(async (connection) => {
    try {
      const statement = await connection.prepare(sql);
      const types = Array.from({ length: statement.columnCount }, (_, index) => statement.columnType(index));
      statement.destroySync();
      return types;
    } catch (error) {
      throw queryFailed(error);
    }
  });
}

function formOf(
  name: string,
  type: DuckDBType | undefined,
): { readonly sql: string; readonly layout: Layout } {
  const column = quoteName(name);
  switch (type?.typeId) {
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return { sql: `CAST(${column} AS BIGINT)`, layout: 'int64' };
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
      return { sql: `CAST(${column} AS DECIMAL(38,0))`, layout: 'int128' };
    case DuckDBTypeId.DECIMAL:
      return decimalForm(column, type);
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return { sql: `CAST(${column} AS DOUBLE)`, layout: 'float64' };
    case DuckDBTypeId.BOOLEAN:
      return { sql: column, layout: 'boolean' };
    case DuckDBTypeId.DATE:
      return { sql: column, layout: 'int32' };
    case DuckDBTypeId.TIME:
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return { sql: column, layout: 'int64' };
    case DuckDBTypeId.VARCHAR:
      return { sql: column, layout: 'text' };
    default:
      return refuse(`the column ${name} has type ${String(type)}, which batches do not carry; cast it`);
  }
}

function decimalForm(column: string, type: DuckDBType): { readonly sql: string; readonly layout: Layout } {
  const { width, scale } = type instanceof DuckDBDecimalType ? type : { width: 38, scale: 0 };
  return width <= 18
    ? { sql: `CAST(${column} AS DECIMAL(18,${scale}))`, layout: 'int64' }
    : { sql: column, layout: 'int128' };
}
