import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  type DuckDBResult,
} from '@duckdb/node-api';
import { HarnessError, messageOf } from '../base/index.ts';
import type { Cell } from '../contract/index.ts';
import { cellsOfColumn } from './cells.ts';
import type { OpenOptions, ResultColumn } from './dataset.ts';
import { quoteText } from './sql-text.ts';
import { createViewSql } from './view.ts';

const SPILL_PER_MEMORY = 10;
const MIN_SPILL_BYTES = 10_000_000_000;

/** Rows of cells with their columns. */
export interface Rows {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Lent {
  readonly connection: DuckDBConnection;
  giveBack(): void;
}

/**
 * The locked DuckDB instance behind a dataset. What runs here is trusted: SQL of the engine, or SQL of a plugin that
 * the gate let through.
 */
export interface Session {
  /** Lends a connection until it is given back; an abort interrupts what runs on it. */
  lend(signal?: AbortSignal): Promise<Lent>;
  /** Lends a connection for one piece of work. */
  use<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Runs one statement and reads all of its result. Parameters are bound as text. */
  rows(sql: string, parameters?: readonly (string | null)[], signal?: AbortSignal): Promise<Rows>;
  close(): void;
}

/** Opens an instance that can read the part files and nothing else, with the view `data` over them. */
export async function openSession(options: OpenOptions): Promise<Session> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    threads: String(options.threads),
    memory_limit: `${options.memoryBytes}B`,
    temp_directory: options.temporaryDirectory,
  });
  try {
    await lockDown(instance, options);
  } catch (error) {
    instance.closeSync();
    throw error;
  }
  return sessionOn(instance);
}

async function lockDown(instance: DuckDBInstance, options: OpenOptions): Promise<void> {
  const connection = await instance.connect();
  try {
    const allowed = options.parts.map((file) => quoteText(file.parquetPath)).join(', ');
    await connection.run(`SET GLOBAL TimeZone = 'UTC'`);
    await connection.run(`SET GLOBAL allowed_paths = [${allowed}]`);
    await connection.run(`SET GLOBAL max_temp_directory_size = '${spillBytes(options.memoryBytes)}B'`);
    await connection.run('SET GLOBAL enable_external_access = false');
    await connection.run(createViewSql(options.parts, options.schema, (file) => file.parquetPath));
    await connection.run('SET GLOBAL lock_configuration = true');
  } finally {
    connection.closeSync();
  }
}

/** How much DuckDB may spill: ten times the memory, at least 10 GB, so that no query fills the disk. */
function spillBytes(memoryBytes: number): number {
  return Math.max(SPILL_PER_MEMORY * memoryBytes, MIN_SPILL_BYTES);
}

function sessionOn(instance: DuckDBInstance): Session {
  const idle: DuckDBConnection[] = [];
  let open = true;

  async function lend(signal?: AbortSignal): Promise<Lent> {
    if (!open) throw new Error('the dataset is closed');
    signal?.throwIfAborted();
    const connection = idle.pop() ?? (await instance.connect());
    const interrupt = () => connection.interrupt();
    signal?.addEventListener('abort', interrupt);
    return {
      connection,
      giveBack() {
        signal?.removeEventListener('abort', interrupt);
        if (open && !signal?.aborted) idle.push(connection);
        else connection.closeSync();
      },
    };
  }

  async function use<T>(
    work: (connection: DuckDBConnection) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const lent = await lend(signal);
    try {
      return await work(lent.connection);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      lent.giveBack();
    }
  }

  return {
    lend,
    use,
    rows: (sql, parameters = [], signal) =>
      use(async (connection) => {
        const statement = await connection.prepare(sql);
        try {
          bindTexts(statement, parameters);
          return await readRows(await statement.stream());
        } finally {
          statement.destroySync();
        }
      }, signal),
    close() {
      if (!open) return;
      open = false;
      for (const connection of idle) connection.closeSync();
      instance.closeSync();
    },
  };
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

/** Reads a streamed result as cells; `check` sees how much there is after each vector and may throw. */
export async function readRows(
  result: DuckDBResult,
  check: (read: ReadSoFar) => void = () => {},
): Promise<Rows> {
  const types = result.columnTypes();
  const columns = result.columnNames().map((name, index) => ({ name, type: String(types[index]) }));
  const rows: (readonly Cell[])[] = [];
  let bytes = 0;
  for await (const chunk of result) {
    const cells = types.map((_, index) => cellsOfColumn(chunk.getColumnValues(index)));
    for (let row = 0; row < chunk.rowCount; row++) rows.push(cells.map((column) => column[row] ?? null));
    for (const column of cells) for (const cell of column) bytes += (cell?.length ?? 0) + 4;
    check({ cells: rows.length * columns.length, bytes });
  }
  return { columns, rows };
}

/** A failure of DuckDB as an error for whoever wrote the SQL: the first line of its message. */
export function queryFailed(error: unknown): Error {
  if (error instanceof HarnessError) return error;
  if (error instanceof DOMException) return error;
  const [line = ''] = messageOf(error).split('\n');
  return new HarnessError('SH_QUERY_FAILED', { reason: line.trim() }, { cause: error });
}
