import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { failPoint, HarnessError } from '../base/index.ts';
import type { RawRow } from './row.ts';
import { CHECKSUMS_FUNCTION, checksums } from './row-checksum.ts';
import { asStateError } from './sqlite-errors.ts';

/** Values of a statement's named parameters (`$run_id` → `run_id`). */
export type Parameters = Readonly<Record<string, SQLInputValue>>;

/** The narrow waist between the stores and SQLite: prepared statements, typed rows, transactions. */
export interface Database {
  readonly path: string;
  /** All rows of a query, in its order. */
  all<T>(sql: string, parameters: Parameters, read: (row: RawRow) => T): readonly T[];
  /** The first row of a query, or undefined. */
  get<T>(sql: string, parameters: Parameters, read: (row: RawRow) => T): T | undefined;
  /** Runs one statement; returns the number of rows it changed. */
  run(sql: string, parameters: Parameters): number;
  /** Runs statements without parameters: pragmas, migrations. */
  exec(sql: string): void;
  /** `fn` as one IMMEDIATE transaction: all of it or, when it throws, none. A transaction inside another is refused. */
  transaction<T>(fn: () => T): T;
  /** Like `transaction`, but joins one that is already open. */
  atomically<T>(fn: () => T): T;
  inTransaction(): boolean;
  close(): void;
}

/** How long a statement waits for another process's write. Longer means that something hangs. */
const BUSY_TIMEOUT_MS = 5000;

export interface ConnectOptions {
  readonly readOnly?: boolean;
  readonly busyTimeoutMs?: number;
}

/** Opens a connection. Creates the file if there is none; touches nothing in it. */
export function connect(path: string, options: ConnectOptions = {}): Database {
  const { readOnly = false, busyTimeoutMs = BUSY_TIMEOUT_MS } = options;
  const translated = <T>(fn: () => T): T => {
    try {
      return fn();
    } catch (error) {
      throw asStateError(error, path);
    }
  };
  const connection = translated(
    () => new DatabaseSync(path, { readOnly, timeout: busyTimeoutMs, enableForeignKeyConstraints: true }),
  );
  connection.function(CHECKSUMS_FUNCTION, { varargs: true, deterministic: true }, checksums);
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? connection.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const transaction = <T>(fn: () => T): T => {
    if (connection.isTransaction) throw new Error('a transaction inside a transaction');
    return translated(() => inTransaction(connection, fn));
  };
  return {
    path,
    all: (sql, parameters, read) =>
      translated(() =>
        prepared(sql)
          .all({ ...parameters })
          .map(read),
      ),
    get: (sql, parameters, read) =>
      translated(() => {
        const row = prepared(sql).get({ ...parameters });
        return row === undefined ? undefined : read(row);
      }),
    run: (sql, parameters) => translated(() => Number(prepared(sql).run({ ...parameters }).changes)),
    exec: (sql) => translated(() => connection.exec(sql)),
    transaction,
    atomically: (fn) => (connection.isTransaction ? fn() : transaction(fn)),
    inTransaction: () => connection.isTransaction,
    close: () => {
      statements.clear();
      if (connection.isOpen) connection.close();
    },
  };
}

// IMMEDIATE takes the write lock at once, where the busy time-out applies; a deferred transaction that reads first
// would fail with "busy" when it comes to write.
function inTransaction<T>(connection: DatabaseSync, fn: () => T): T {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = fn();
    if (result instanceof Promise) throw new TypeError('a transaction can not wait for a promise');
    failPoint('transaction.committing');
    connection.exec('COMMIT');
    failPoint('transaction.committed');
    return result;
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Sets what every connection that writes needs. Called after the integrity check: switching to WAL writes.
 *
 * - WAL: readers never wait for the writer.
 * - synchronous FULL: with NORMAL, WAL is synced only at checkpoints, so that a run reported as COMPLETED could be
 *   gone after a power loss. FULL syncs the WAL at each commit; a run commits a handful of times, so it costs nothing
 *   that matters.
 * - fullfsync: on macOS fsync alone leaves the data in the disk's cache. Elsewhere it has no effect.
 */
export function configure(database: Database): void {
  enterWal(database);
  database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON');
}

const WAL_ATTEMPTS = 100;

// Entering WAL needs the file for oneself for a moment, and SQLite answers "busy" without waiting where two processes
// open a new database at once. Each attempt gives the other time through an ordinary transaction, which does wait.
function enterWal(database: Database): void {
  for (let attempt = 1; ; attempt++) {
    const mode = database.get('PRAGMA journal_mode', {}, (row) => row['journal_mode']);
    if (mode === 'wal') return;
    try {
      database.exec('PRAGMA journal_mode = WAL');
    } catch (error) {
      const busy = error instanceof HarnessError && error.code === 'SH_STATE_BUSY';
      if (!busy || attempt >= WAL_ATTEMPTS) throw error;
      database.transaction(() => undefined);
    }
  }
}
