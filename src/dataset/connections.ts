import type { DuckDBConnection, DuckDBInstance, DuckDBPreparedStatement } from '@duckdb/node-api';

const MAX_KEPT = 8;

export interface Lent {
  readonly connection: DuckDBConnection;
  giveBack(): void;
}

/** A statement, and the connection that it was prepared on. */
interface Prepared {
  readonly connection: DuckDBConnection;
  readonly statement: DuckDBPreparedStatement;
}

/** Connections of one DuckDB, each with one user at a time. */
export interface Connections {
  /** Lends a connection until it is given back; an abort interrupts what runs on it. */
  lend(signal?: AbortSignal): Promise<Lent>;
  /** Lends a connection for one piece of work. */
  use<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Lends a statement for one piece of work: the one that was kept for this text, or it is prepared now. */
  useStatement<T>(
    sql: string,
    work: (statement: DuckDBPreparedStatement) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
  /** Prepares a statement and keeps it a while: most that were looked at run soon after. */
  prepareAndKeep<T>(
    sql: string,
    prepare: (connection: DuckDBConnection) => Promise<DuckDBPreparedStatement>,
    look: (statement: DuckDBPreparedStatement) => T,
  ): Promise<T>;
  close(): void;
}

export function connectionsOf(instance: DuckDBInstance): Connections {
  const idle: DuckDBConnection[] = [];
  const kept = new Map<string, Prepared>();
  let open = true;

  function lent(connection: DuckDBConnection, signal: AbortSignal | undefined): Lent {
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

  async function lend(signal?: AbortSignal): Promise<Lent> {
    if (!open) throw new Error('the dataset is closed');
    signal?.throwIfAborted();
    return lent(idle.pop() ?? (await instance.connect()), signal);
  }

  async function using<T>(
    { connection, giveBack }: Lent,
    work: (connection: DuckDBConnection) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    try {
      return await work(connection);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      giveBack();
    }
  }

  function take(sql: string): Prepared | undefined {
    const prepared = kept.get(sql);
    kept.delete(sql);
    return prepared;
  }

  function keep(sql: string, prepared: Prepared): void {
    drop(sql);
    kept.set(sql, prepared);
    const [oldest = sql] = kept.keys();
    if (kept.size > MAX_KEPT) drop(oldest);
  }

  function drop(sql: string): void {
    const prepared = take(sql);
    prepared?.statement.destroySync();
    if (prepared) idle.push(prepared.connection);
  }

  return {
    lend,
    use: async (work, signal) => using(await lend(signal), work, signal),
    async useStatement(sql, work, signal) {
      signal?.throwIfAborted();
      const prepared = take(sql);
      const borrowed = prepared ? lent(prepared.connection, signal) : await lend(signal);
      return using(
        borrowed,
        async (connection) => {
          const statement = prepared?.statement ?? (await connection.prepare(sql));
          try {
            return await work(statement);
          } finally {
            statement.destroySync();
          }
        },
        signal,
      );
    },
    async prepareAndKeep(sql, prepare, look) {
      const borrowed = await lend();
      try {
        const statement = await prepare(borrowed.connection);
        const seen = look(statement);
        if (open) keep(sql, { connection: borrowed.connection, statement });
        else borrowed.giveBack();
        return seen;
      } catch (error) {
        borrowed.giveBack();
        throw error;
      }
    },
    close() {
      for (const sql of [...kept.keys()]) drop(sql);
      open = false;
      for (const connection of idle) connection.closeSync();
    },
  };
}
