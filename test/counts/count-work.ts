import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { RunSummary } from '../../src/contract/index.ts';
import { arm, disarm } from '../crash/arming.ts';

/** What a run cost, in numbers that no machine and no load changes. */
export type Work = {
  /** Plugins executed, and states of chunks that they computed. */
  readonly executions: number;
  readonly chunks: number;
  /** Questions to the data: computed, and answered from earlier runs. */
  readonly questions_computed: number;
  readonly questions_recalled: number;
  /** Processes started: each is an execution's sandbox. */
  readonly processes: number;
  /** Statements that DuckDB ran, those of the gate with them. */
  readonly statements: number;
  /** Bytes of CSV text that they read, and rows and bytes of all else, which is the Parquet. */
  readonly text_bytes: number;
  readonly table_rows: number;
  readonly table_bytes: number;
  /** The largest message to a plugin: what of the data is held at once. */
  readonly largest_message_bytes: number;
};

type Method = (this: object, ...parameters: unknown[]) => unknown;

/** What DuckDB counted of one statement. */
interface Measured {
  readonly sql: string;
  readonly rows: number;
  readonly bytes: number;
}

/** While work is counted: what the instances that were closed have measured. */
let closing: Promise<readonly Measured[]>[] | undefined;

/** Counts what is done while `run` runs in this process, below the program: it has no say in it. Nothing else may run meanwhile. */
export async function countWork(run: () => Promise<RunSummary>): Promise<Work> {
  let processes = 0;
  let largest = 0;
  const started = (event: unknown) => {
    processes += 1;
    watchMessages((event as { process: ChildProcess }).process, (bytes) => {
      largest = Math.max(largest, bytes);
    });
  };
  const passed = arm({});
  subscribe('child_process', started);
  closing = [];
  try {
    const { run_dir } = await run();
    const [, computed, recalled] = ANSWERED.exec(readFileSync(join(run_dir, 'run.log'), 'utf8')) ?? [];
    const measured = (await Promise.all(closing)).flat();
    const [text, table] = [measured.filter(readsText), measured.filter((one) => !readsText(one))];
    return {
      executions: passed.get('execution.kept') ?? 0,
      chunks: passed.get('chunk.kept') ?? 0,
      questions_computed: Number(computed),
      questions_recalled: Number(recalled),
      processes,
      statements: measured.length,
      text_bytes: sum(text.map(({ bytes }) => bytes)),
      table_rows: sum(table.map(({ rows }) => rows)),
      table_bytes: sum(table.map(({ bytes }) => bytes)),
      largest_message_bytes: largest,
    };
  } finally {
    closing = undefined;
    unsubscribe('child_process', started);
    disarm();
  }
}

const ANSWERED = /questions to the data: (\d+) computed, (\d+) answered/;
const readsText = ({ sql }: Measured) => /\bread_csv\s*\(/i.test(sql);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Tells the length of each piece that is written to a process which is just being started. */
function watchMessages(child: ChildProcess, tell: (bytes: number) => void): void {
  queueMicrotask(() => {
    const { stdin } = child;
    if (stdin === null) return;
    const write: unknown = Reflect.get(stdin, 'write');
    Reflect.set(stdin, 'write', function (this: object, piece: Uint8Array, ...rest: unknown[]): unknown {
      tell(piece.length);
      return (write as Method).call(this, piece, ...rest);
    });
  });
}

/** Puts `around` in the place of a method, while work is counted. */
function whileCounting(owner: object, name: string, around: (method: Method) => Method): void {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== 'function') throw new Error(`DuckDB's client has no ${name}`);
  const counted = around(method as Method);
  Reflect.set(owner, name, function (this: object, ...parameters: unknown[]): unknown {
    return (closing === undefined ? (method as Method) : counted).apply(this, parameters);
  });
}

// DuckDB measures each statement, and lets nobody ask for it once its configuration is locked.
whileCounting(
  DuckDBInstance.prototype,
  'connect',
  (connect) =>
    async function () {
      const connection = (await connect.call(this)) as DuckDBConnection;
      await connection.run("CALL enable_logging('Metrics')");
      await connection.run('SET GLOBAL enable_external_file_cache = false');
      await connection.run("SET enable_profiling = 'no_output'");
      return connection;
    },
);
whileCounting(
  DuckDBConnection.prototype,
  'run',
  (run) =>
    function (sql, ...rest) {
      return run.call(this, /\block_configuration\b/.test(String(sql)) ? 'SELECT 1' : sql, ...rest);
    },
);
whileCounting(
  DuckDBInstance.prototype,
  'closeSync',
  (close) =>
    function () {
      closing?.push(measuredBy(this as DuckDBInstance).finally(() => close.call(this)));
    },
);

/** What an instance measured, statement by statement. */
async function measuredBy(instance: DuckDBInstance): Promise<Measured[]> {
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    "SELECT context_id, message FROM duckdb_logs WHERE type = 'Metrics'",
  );
  connection.closeSync();
  const statements = new Map<string, Map<string, string>>();
  for (const [id, message] of reader.getRows().map((row) => row.map(String))) {
    const [, metric = '', value = ''] = /^\{'metric': (\w+), 'value': (.*)\}$/s.exec(message ?? '') ?? [];
    const metrics = statements.get(id ?? '') ?? new Map<string, string>();
    statements.set(id ?? '', metrics.set(metric, value));
  }
  return [...statements.values()].map((metrics) => ({
    sql: metrics.get('QUERY_NAME') ?? '',
    rows: Number(metrics.get('CUMULATIVE_ROWS_SCANNED') ?? 0),
    bytes: Number(metrics.get('TOTAL_BYTES_READ') ?? 0),
  }));
}

/** What differs from a table of counts, a sentence each: which count of which run, from what to what. */
export function differences(expected: Counts, found: Counts): string[] {
  return Object.entries(found).flatMap(([run, work]) =>
    Object.entries(work).flatMap(([count, now]) => {
      const before = expected[run]?.[count];
      if (before === now) return [];
      const how = before === undefined ? 'is new:' : `${now > before ? 'grew' : 'shrank'} from ${before} to`;
      return [`${run}: ${count} ${how} ${now}`];
    }),
  );
}

type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;
