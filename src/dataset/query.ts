import type { DuckDBPreparedStatement } from '@duckdb/node-api';
import { HarnessError, hashJson } from '../base/index.ts';
import type { DatasetSchema } from '../contract/index.ts';
import type { Answers } from './answers.ts';
import type { Parameter, QueryLimits, QueryRequest, QueryResult } from './dataset.ts';
import { type Admitted, admit } from './gate/admit.ts';
import { MOST_IN_PARAMETER } from './gate/check-size.ts';
import { refuse } from './gate/refuse.ts';
import { createMemo } from './memo.ts';
import { watchMemory } from './memory-watch.ts';
import { bindTexts, queryFailed, type ReadSoFar, type Rows, readRows, type Session } from './session.ts';

const MEMO_BYTES = 64 * 1024 * 1024;
const MAX_CELLS = 2_000_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** What running a text gives; what is constant is known before. */
type Ran = Omit<QueryResult, 'constants'>;

/** The names of `data`'s columns in lower case, the row identity among them. */
export function dataColumnsOf(schema: DatasetSchema): ReadonlySet<string> {
  const names = schema.columns.map((column) => column.sql_name.toLowerCase());
  return new Set(['_sh_part', '_sh_row_number', ...names]);
}

/** What a dataset answers to queries of plugins. */
export interface Queries {
  /** The gate alone: what would run. */
  admit(request: QueryRequest): Promise<Admitted>;
  /** Gate, run, hash. */
  answer(request: QueryRequest): Promise<QueryResult>;
}

/** Answers queries of plugins; each distinct query is let through and runs once, or did so in an earlier run. */
export function createQueries(
  session: Session,
  schema: DatasetSchema,
  answers: Answers,
  known: ReadonlyMap<string, string> = new Map(),
): Queries {
  const columns = dataColumnsOf(schema);
  const admitted = createMemo<Admitted>(MEMO_BYTES, ({ sql }) => sql.length);
  const results = createMemo<Ran>(MEMO_BYTES, sizeOf);

  const letThrough = ({ sql, parameters = [], derived = [], chunk, signal }: QueryRequest) => {
    const asked = { sql, derived, parameterCount: parameters.length, chunk };
    return admitted.get(
      hashJson({ ...asked, chunk: chunk ?? null }),
      (aborted) => answers.recall({ kind: 'admitted', asked }, () => admit(session, columns, asked, aborted)),
      signal,
    );
  };

  return {
    admit: letThrough,
    async answer(request) {
      const { sql: text, constants } = await letThrough(request);
      const parameters = (request.parameters ?? []).map(parameterText);
      const { limits = {} } = request;
      const instead = knownInstead(request, known);
      const result = await results.get(
        hashJson({ text, parameters, limits }),
        async (signal) => {
          if (instead !== undefined)
            return { ...(await run(session, instead, [], limits, signal)), sql: text };
          return answers.recall({ kind: 'query', asked: { text, parameters, limits: sizesIn(limits) } }, () =>
            run(session, text, parameters, limits, signal),
          );
        },
        request.signal,
      );
      return { ...result, constants };
    },
  };
}

/** The query that is known to give the same without a look at the table. */
function knownInstead(
  { sql, parameters = [], derived = [], chunk }: QueryRequest,
  known: ReadonlyMap<string, string>,
): string | undefined {
  const ofAllRows = parameters.length === 0 && derived.length === 0 && chunk === undefined;
  return ofAllRows ? known.get(sql) : undefined;
}

/** A time-out decides whether there is an answer, never which. */
function sizesIn({ maxCells, maxBytes }: QueryLimits): QueryLimits {
  return { ...(maxCells !== undefined && { maxCells }), ...(maxBytes !== undefined && { maxBytes }) };
}

function parameterText(value: Parameter): string | null {
  const text = value === null ? null : String(value);
  if (text !== null && text.length > MOST_IN_PARAMETER)
    refuse(`a parameter has ${text.length} characters; at most ${MOST_IN_PARAMETER} are taken`);
  return text;
}

async function run(
  session: Session,
  sql: string,
  parameters: readonly (string | null)[],
  limits: QueryLimits,
  signal: AbortSignal,
): Promise<Ran> {
  const timeout = limits.timeoutMs === undefined ? undefined : AbortSignal.timeout(limits.timeoutMs);
  const memory = watchMemory(session.mostGrowthBytes);
  const any = AbortSignal.any([signal, memory.signal, ...(timeout ? [timeout] : [])]);
  try {
    const { columns, rows } = await execute(session, sql, parameters, limits, any);
    const resultSha256 = hashJson({ columns, rows });
    return { sql, parameters, columns, rows, resultSha256 };
  } catch (error) {
    if (signal.aborted) throw error;
    if (timeout?.aborted) throw tooMuch(`it took longer than ${limits.timeoutMs} ms`);
    if (memory.signal.aborted) throw new HarnessError('SH_MEMORY_SHORT', {});
    throw queryFailed(error);
  } finally {
    memory.stop();
  }
}

function tooMuch(reason: string): HarnessError {
  return new HarnessError('SH_QUERY_LIMIT', { reason });
}

function execute(
  session: Session,
  sql: string,
  parameters: readonly (string | null)[],
  limits: QueryLimits,
  signal: AbortSignal,
): Promise<Rows> {
  const work = async (statement: DuckDBPreparedStatement) => {
    bindTexts(statement, parameters);
    return readRows(await statement.stream(), (read) => checkLimits(read, limits));
  };
  return session.useStatement(sql, work, signal);
}

function checkLimits(read: ReadSoFar, limits: QueryLimits): void {
  const { maxCells = MAX_CELLS, maxBytes = MAX_BYTES } = limits;
  if (read.cells > maxCells) {
    throw new HarnessError('SH_QUERY_LIMIT', { reason: `its result has more than ${maxCells} cells` });
  }
  if (read.bytes > maxBytes) {
    throw new HarnessError('SH_QUERY_LIMIT', { reason: `its result has more than ${maxBytes} bytes` });
  }
}

function sizeOf(result: Ran): number {
  let size = result.sql.length + 200;
  for (const row of result.rows) for (const cell of row) size += (cell?.length ?? 0) + 8;
  return size;
}
