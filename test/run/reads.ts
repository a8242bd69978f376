import { readFileSync } from 'node:fs';
import { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';

/** What was read while something was done: counted below the program, which has no say in it. */
export interface Reads {
  /** Bytes that this process read, by whatever means: JavaScript, DuckDB, other threads. 0 off Linux. */
  readonly bytes: number;
  /** Statements that DuckDB ran over CSV text, and over Parquet files or a view of them. */
  readonly csvScans: number;
  readonly tableScans: number;
}

/** DuckDB's texts by the statements that stand for them, and those that ran. */
const texts = new WeakMap<object, string>();
const ran: string[] = [];

type Method = (this: object, ...parameters: unknown[]) => unknown;

/** Puts `around` in the place of a method. */
function replace(owner: object, name: string, around: (method: Method) => Method): void {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== 'function') throw new Error(`DuckDB's client has no ${name}`);
  Reflect.set(owner, name, around(method as Method));
}

replace(
  DuckDBConnection.prototype,
  'run',
  (run) =>
    function (sql, values, ...rest) {
      if (values === undefined) ran.push(String(sql));
      return run.call(this, sql, values, ...rest);
    },
);
replace(
  DuckDBConnection.prototype,
  'createPrepared',
  (prepare) =>
    async function (sql) {
      return named(await prepare.call(this, sql), sql);
    },
);
replace(
  DuckDBConnection.prototype,
  'extractStatements',
  (extract) =>
    async function (sql) {
      const extracted = (await extract.call(this, sql)) as object;
      replace(
        extracted,
        'prepare',
        (prepare) =>
          async function (index) {
            return named(await prepare.call(this, index), sql);
          },
      );
      return extracted;
    },
);
for (const name of ['run', 'stream', 'start', 'startStream']) {
  replace(
    DuckDBPreparedStatement.prototype,
    name,
    (execute) =>
      function (...parameters) {
        ran.push(texts.get(this) ?? '');
        return execute.apply(this, parameters);
      },
  );
}

function named(statement: unknown, sql: unknown): unknown {
  texts.set(statement as object, String(sql));
  return statement;
}

/** Counts what is read while `work` is done. Nothing else may be done in this process meanwhile. */
export async function readsOf(work: () => Promise<unknown>): Promise<Reads> {
  ran.length = 0;
  const before = bytesRead();
  await work();
  return {
    bytes: bytesRead() - before,
    csvScans: ran.filter((sql) => /\bread_csv\s*\(/i.test(sql)).length,
    tableScans: ran.filter(readsTable).length,
  };
}

/** A `LIMIT 0` and a view read nothing. */
function readsTable(sql: string): boolean {
  if (/^CREATE VIEW|\bLIMIT 0$|^DESCRIBE/i.test(sql.trim())) return false;
  return /\bread_parquet\s*\(|\bFROM\s+(role_source|"?data"?)\b/i.test(sql);
}

/** Bytes that the threads of this process were given by read calls so far. */
function bytesRead(): number {
  if (process.platform !== 'linux') return 0;
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}
