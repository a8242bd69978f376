import type {
  DuckDBConnection,
  DuckDBInstance,
  DuckDBPreparedStatement,
  DuckDBResult,
} from '@duckdb/node-api';
import { asDiskFull, HarnessError, messageOf } from '../base/index.ts';
import type { Cell } from '../contract/index.ts';
import { cellOf } from './cells.ts';
import { type Connections, connectionsOf } from './connections.ts';
import type { OpenOptions, ResultColumn } from './dataset.ts';
import { holdIfBetter } from './hold.ts';
import { newDuckDb } from './new-duckdb.ts';
import { isMemoryShort } from './short-of-memory.ts';
import { plainPattern, quoteText } from './sql-text.ts';
import { createViewSql, storedSource } from './view.ts';

const SPILL_PER_MEMORY = 10;
/** Where no cap says less: what a query may take besides the memory that DuckDB counts, such as what functions give. */
const UNCOUNTED_BYTES = 1_000_000_000;
const MIN_SPILL_BYTES = 10_000_000_000;
/** To bind an expression takes time that grows with the cube of its depth: 500 take two seconds, 1000 take fifteen. */
const MAX_EXPRESSION_DEPTH = 500;

/** Rows of cells with their columns. */
export interface Rows {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * The locked DuckDB instance behind a dataset. What runs here is trusted: SQL of the engine, or SQL of a plugin that
 * the gate let through.
 */
export interface Session extends Connections {
  /** By how much this process may grow while a query runs. */
  readonly mostGrowthBytes: number;
  /** Runs one statement and reads all of its result. Parameters are bound as text. */
  rows(sql: string, parameters?: readonly (string | null)[], signal?: AbortSignal): Promise<Rows>;
  /** The one row of a statement of the engine that is asked again and again, with other texts. */
  row(sql: string, parameters: readonly string[]): Promise<readonly Cell[]>;
}

/** Opens an instance that can read the part files and nothing else, with the view `data` over them. */
export async function openSession(options: OpenOptions): Promise<Session> {
  const instance = await newDuckDb({ ...options, spill: options.temporaryDirectory });
  try {
    await lockDown(instance, options);
  } catch (error) {
    instance.closeSync();
    throw error;
  }
  return sessionOn(instance, options.memoryBytes + (options.uncountedBytes ?? UNCOUNTED_BYTES));
}

async function lockDown(instance: DuckDBInstance, options: OpenOptions): Promise<void> {
  const connection = await instance.connect();
  try {
    const allowed = options.parts
      .flatMap(({ parquetPath }) => [parquetPath, plainPattern(parquetPath)].map(quoteText))
      .join(', ');
    await connection.run(`SET GLOBAL TimeZone = 'UTC'`);
    await connection.run(`SET GLOBAL allowed_paths = [${allowed}]`);
    await connection.run(`SET GLOBAL max_temp_directory_size = '${spillBytes(options.memoryBytes)}B'`);
    await connection.run('SET GLOBAL enable_external_access = false');
    await connection.run(createViewSql(options.parts, options.schema, storedSource));
    if (options.manyQuestions === true) await holdIfBetter(connection, 'data', options);
    await connection.run(`SET GLOBAL max_expression_depth = ${MAX_EXPRESSION_DEPTH}`);
    await connection.run('SET GLOBAL lock_configuration = true');
  } finally {
    connection.closeSync();
  }
}

/** How much DuckDB may spill: ten times the memory, at least 10 GB, so that no query fills the disk. */
function spillBytes(memoryBytes: number): number {
  return Math.max(SPILL_PER_MEMORY * memoryBytes, MIN_SPILL_BYTES);
}

function sessionOn(instance: DuckDBInstance, mostGrowthBytes: number): Session {
  const connections = connectionsOf(instance);
  const standing = new WeakMap<DuckDBConnection, Map<string, DuckDBPreparedStatement>>();
  let open = true;

  async function standingStatement(connection: DuckDBConnection, sql: string) {
    const known = standing.get(connection) ?? new Map<string, DuckDBPreparedStatement>();
    standing.set(connection, known);
    const statement = known.get(sql) ?? (await connection.prepare(sql));
    known.set(sql, statement);
    return statement;
  }

  return {
    ...connections,
    mostGrowthBytes,
    rows: (sql, parameters = [], signal) =>
      connections.useStatement(sql, (statement) => runBound(statement, parameters), signal),
    row: (sql, parameters) =>
      connections.use(async (connection) => {
        const { rows } = await runBound(await standingStatement(connection, sql), parameters);
        const [row] = rows;
        if (row === undefined || rows.length > 1) throw new Error(`${rows.length} rows instead of one`);
        return row;
      }),
    close() {
      if (!open) return;
      open = false;
      connections.close();
      instance.closeSync();
    },
  };
}

async function runBound(
  statement: DuckDBPreparedStatement,
  parameters: readonly (string | null)[],
): Promise<Rows> {
  bindTexts(statement, parameters);
  return readRows(await statement.stream());
}

/** Binds every parameter as text (or null); the SQL casts it. */
export function bindTexts(statement: DuckDBPreparedStatement, parameters: readonly (string | null)[]): void {
  parameters.forEach((value, index) => {
    if (value === null) statement.bindNull(index + 1);
    else statement.bindVarchar(index + 1, value);
  });
}

/** How much of a result was read so far. */
export interface ReadSoFar {
  readonly cells: number;
  readonly bytes: number;
}

const CHECKED_EVERY = 2 ** 20;

/** Reads a streamed result as cells; `check` sees how much there is, at least once a megabyte, and may throw. */
export async function readRows(
  result: DuckDBResult,
  check: (read: ReadSoFar) => void = () => {},
): Promise<Rows> {
  const types = result.columnTypes();
  const columns = result.columnNames().map((name, index) => ({ name, type: String(types[index]) }));
  const rows: (readonly Cell[])[] = [];
  let bytes = 0;
  let checkedAt = CHECKED_EVERY;
  for await (const chunk of result) {
    const cells = types.map((_, index) => {
      const column: Cell[] = [];
      chunk.visitColumnValues(index, (value) => {
        const cell = cellOf(value);
        column.push(cell);
        bytes += (cell?.length ?? 0) + 4;
        if (bytes < checkedAt) return;
        check({ cells: rows.length * columns.length, bytes });
        checkedAt = bytes + CHECKED_EVERY;
      });
      return column;
    });
    for (let row = 0; row < chunk.rowCount; row++) rows.push(cells.map((column) => column[row] ?? null));
    check({ cells: rows.length * columns.length, bytes });
  }
  return { columns, rows };
}

/** A failure of DuckDB as an error for whoever wrote the SQL: the first line of its message. */
export function queryFailed(error: unknown): Error {
  if (error instanceof HarnessError) return error;
  if (error instanceof DOMException) return error;
  if (isMemoryShort(error)) return new HarnessError('SH_MEMORY_SHORT', {}, { cause: error });
  const [line = ''] = messageOf(error).split('\n');
  return new HarnessError('SH_QUERY_FAILED', { reason: line.trim() }, { cause: error });
}

/** A failure of DuckDB that writes to `path`: SH_DISK_FULL or SH_MEMORY_SHORT where it is that, else as it came. */
export function writingFailed(error: unknown, path: string): unknown {
  if (/No space left on device|Disk quota exceeded|not enough space/i.test(messageOf(error)))
    return new HarnessError('SH_DISK_FULL', { path }, { cause: error });
  if (isMemoryShort(error)) return new HarnessError('SH_MEMORY_SHORT', {}, { cause: error });
  return asDiskFull(error, path);
}
