import { dirname, join } from 'node:path';
import {
  type AppPaths,
  ensureDirectory,
  hashJson,
  hexOf,
  isSystemError,
  readBytes,
  type Sha256,
  sha256,
  writeFileAtomic,
} from '../base/index.ts';
import type { DatasetSchema, DatasetVersion } from '../contract/index.ts';
import { duckdbVersion } from '../dataset/index.ts';
import { distinctValuesSql, valueFactsSql } from '../sdk/value-facts.ts';
import { distinctOf, type Known, knownValues, toldValues } from './roles/index.ts';

/** Characters of an answer that is kept, and of all that are kept together. */
const LONGEST_ANSWER = 8 * 2 ** 20;
const MOST_CHARACTERS = 64 * 2 ** 20;

/** What is known of the rows of some parts, and is kept in a file. */
export interface KeptFacts extends Known {
  /** Writes down what came to be known. */
  keep(): Promise<void>;
}

/**
 * What was found out about the rows of parts under a schema: answers by question, in a file of `cache/facts/` that can be
 * computed again. What is altered in it has another hash and counts as absent, and what can't be written is not kept.
 */
export async function openFacts(
  cache: string,
  parts: readonly Sha256[],
  schema: DatasetSchema,
): Promise<KeptFacts> {
  const types = schema.columns.map(({ sql_name, type }) => ({ sql_name, type }));
  const name = hexOf(hashJson({ parts, types, duckdb: await duckdbVersion() }));
  const path = join(cache, 'facts', name.slice(0, 2), name);
  const answers = new Map(await readFacts(path));
  let characters = [...answers.values()].reduce((sum, answer) => sum + (answer?.length ?? 0), 0);
  let changed = false;
  return {
    get: (question) => answers.get(question),
    put(question, answer) {
      const length = answer?.length ?? 0;
      if (answers.has(question) || length > LONGEST_ANSWER || characters + length > MOST_CHARACTERS) return;
      answers.set(question, answer);
      characters += length;
      changed = true;
    },
    async keep() {
      if (changed) await writeFacts(path, [...answers]);
      changed = false;
    },
  };
}

/**
 * What is known of the values of a dataset version's columns, by the query that asks for it: a query that gives the same
 * without a look at the table.
 */
export async function knownAnswers(
  { cache }: Pick<AppPaths, 'cache'>,
  { parts, schema }: Pick<DatasetVersion, 'parts' | 'schema'>,
): Promise<ReadonlyMap<string, string>> {
  const known = await openFacts(cache, parts, schema);
  const answers = new Map<string, string>();
  for (const column of schema.columns) {
    // Left out, for `data` has other zeros than the files.
    if (column.type.kind === 'double') continue;
    const distinct = known.get(distinctOf(column.sql_name));
    if (distinct != null) {
      const told = `SELECT CAST(${Number(distinct)} AS BIGINT) AS distinct_values`;
      answers.set(distinctValuesSql(column.sql_name), told);
    }
    const values = knownValues(known, column);
    if (values !== undefined) answers.set(valueFactsSql(column), toldValues(values, column));
  }
  return answers;
}

type Entries = [question: string, answer: string | null][];

async function readFacts(path: string): Promise<Entries> {
  try {
    const text = (await readBytes(path)).toString('utf8');
    const end = text.indexOf('\n');
    const content = text.slice(end + 1);
    return sha256(content) === text.slice(0, end) ? (JSON.parse(content) as Entries) : [];
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}

async function writeFacts(path: string, entries: Entries): Promise<void> {
  const content = JSON.stringify(entries);
  try {
    await ensureDirectory(dirname(path));
    await writeFileAtomic(path, `${sha256(content)}\n${content}`);
  } catch (error) {
    if (!isSystemError(error, 'ENOSPC', 'EDQUOT', 'EFBIG', 'EIO')) throw error;
  }
}
