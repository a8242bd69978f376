import { hashJson, type Sha256 } from '../base/index.ts';
import { answersFrom } from './answers.ts';
import { readBatches } from './batches.ts';
import { planChunks } from './chunks.ts';
import { duckdbType } from './column-types.ts';
import type { Dataset, OpenOptions, PartFile } from './dataset.ts';
import { drawSample } from './draw-sample.ts';
import { createExact } from './exact.ts';
import { numberedRows, previewRows } from './preview.ts';
import { createQueries, dataColumnsOf } from './query.ts';
import { openSession, type Session } from './session.ts';
import { againAlone } from './short-of-memory.ts';
import { quoteName } from './sql-text.ts';
import { printedViewSql } from './view.ts';

/**
 * Opens a dataset version: one locked-down DuckDB over exactly its part files. The caller has checked the files'
 * hashes. Close it when done.
 */
export async function openDataset(options: OpenOptions): Promise<Dataset> {
  const { sample } = options;
  const parts = sample === undefined ? options.parts : await drawSample({ ...options, sample });
  const session = await openSession({ ...options, parts });
  try {
    return await datasetOn(session, parts, options);
  } catch (error) {
    session.close();
    throw error;
  }
}

/** `read`: the files that the session reads, which hold the sample where one was drawn. */
async function datasetOn(
  session: Session,
  read: readonly PartFile[],
  options: OpenOptions,
): Promise<Dataset> {
  const { parts, schema, sample } = options;
  await checkTypes(session, options);
  const columns = dataColumnsOf(schema);
  const known = sample === undefined ? options.known : undefined;
  const answers = answersFrom(options.answers, hashOfData(options));
  const queries = createQueries(session, schema, answers, known);
  const chunks = await planChunks(session, read, {
    sampled: sample !== undefined,
    forcedRows: options.chunkRows,
  });
  const rowCount = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  const exact = createExact({ session, dataColumns: columns, chunks, rowCount }, answers);
  return {
    ...againAlone({
      ...exact,
      query: queries.answer,
      batches: (request) => readBatches(session, columns, request),
    }),
    preview: (request) => previewRows(session, namesOf(schema), request),
    numberedRows: (request) => numberedRows(session, namesOf(schema), request),
    schema,
    rowCount,
    chunks,
    createViewSql: printedViewSql(parts, schema, sample),
    async checkDerived(name, sql, previous) {
      await queries.admit({
        sql: `SELECT ${quoteName(name)} FROM data LIMIT 0`,
        derived: [...previous, { name, sql }],
      });
    },
    answered: answers.counts,
    async close() {
      session.close();
    },
  };
}

function namesOf({ columns }: OpenOptions['schema']): string[] {
  return columns.map(({ sql_name }) => sql_name);
}

/** Everything that `data` is made of: the bytes of the part files, which the caller has checked, and the view over them, sample and all. */
function hashOfData({ parts, schema, sample }: OpenOptions): Sha256 {
  const files = parts.map((file) => file.part.parquet_sha256);
  return hashJson({ files, view: printedViewSql(parts, schema, sample) });
}

/** The view has to have the types of the schema; else a part file is not what its record says. */
async function checkTypes(session: Session, { schema }: OpenOptions): Promise<void> {
  const { columns } = await session.rows('SELECT * FROM data LIMIT 0');
  const expected = ['INTEGER', 'BIGINT', ...schema.columns.map((column) => duckdbType(column.type))];
  columns.forEach((column, index) => {
    if (column.type !== expected[index]) {
      throw new Error(`the column ${column.name} of the parts is ${column.type}, not ${expected[index]}`);
    }
  });
}
