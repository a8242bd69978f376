import { isDeepStrictEqual } from 'node:util';
import { HarnessError } from '../base/index.ts';
import type { DerivedColumn, DerivedDefinition } from '../contract/index.ts';
import type { Chunk, Dataset } from '../dataset/index.ts';
import type { DataDoor } from '../plugin-host/index.ts';
import { columnsNamed } from './chunk-columns.ts';
import type { EvidenceRegistry } from './evidence-registry.ts';

/** Finished states of chunks, by chunk; a store may forget, never lie. */
export interface ChunkStates {
  get(chunk: Chunk): Promise<string | undefined>;
  /** `columns` are those whose types the state depends on. */
  put(chunk: Chunk, state: string, columns: readonly string[]): Promise<void>;
}

/** What a plugin's questions are answered with, and what was answered. */
export interface Door {
  readonly door: DataDoor;
  readonly derivedColumns: () => readonly DerivedColumn[];
}

/** Opens the one way from a plugin to the data: every answer that may be cited goes into the registry. */
export function openDoor(
  dataset: Dataset,
  pluginId: string,
  registry: EvidenceRegistry,
  states: ChunkStates,
  /** What the table has of its own: those that a question names are in it. */
  given: readonly DerivedDefinition[] = [],
): Door {
  const derived: { name: string; sql: string }[] = [];
  const derivedIn = (...texts: readonly string[]) => [
    ...namedIn([...texts, ...derived.map(({ sql }) => sql)], given),
    ...derived,
  ];
  const names = dataset.schema.columns.map(({ sql_name }) => sql_name);
  // Over all chunks: a plugin may remember at one chunk what it saw at another.
  const used = new Set<string>();
  const use = (columns: readonly string[]): void => {
    for (const column of columns) used.add(column);
  };
  const chunkAt = (ordinal: number): Chunk => {
    const chunk = dataset.chunks[ordinal];
    if (chunk === undefined)
      throw new HarnessError('SH_QUERY_REFUSED', { reason: `there is no chunk ${ordinal}` });
    return chunk;
  };
  const door: DataDoor = {
    async query(sql, parameters, signal) {
      const result = await dataset.query({ sql, parameters, derived: derivedIn(sql), signal });
      return { handle: registry.addQuery(result), columns: result.columns, rows: result.rows };
    },
    async exact(request, signal) {
      const { columns, groupBy = [], where = '' } = request;
      const inUse = derivedIn(...columns, ...groupBy, where);
      const result = await dataset.exact({ ...request, derived: inUse, signal });
      const input = await dataset.query({ sql: countOfInput(request), derived: inUse, signal });
      return { handle: registry.addExact({ result, input }), result };
    },
    async derive(name, sql) {
      const known = derived.find((column) => column.name.toLowerCase() === name.toLowerCase());
      if (known !== undefined && isDeepStrictEqual(known, { name, sql })) return;
      if (known !== undefined) {
        throw new HarnessError('SH_QUERY_REFUSED', {
          reason: `the derived column "${name}" was defined before`,
        });
      }
      await dataset.checkDerived(name, sql, derivedIn(name, sql));
      derived.push({ name, sql });
    },
    batches(columns, chunk, signal) {
      use(columns);
      return dataset.batches({
        columns,
        derived: derivedIn(...columns),
        signal,
        ...(chunk !== undefined && { chunk: chunkAt(chunk) }),
      });
    },
    async chunkQuery(chunk, sql, parameters, signal) {
      use(columnsNamed(sql, names));
      const { columns, rows } = await dataset.query({ sql, parameters, chunk: chunkAt(chunk), signal });
      return { columns, rows };
    },
    chunkExact(chunk, columns, signal) {
      use(columns);
      return dataset.exactState({ columns, chunk: chunkAt(chunk), signal });
    },
    chunkState: (chunk) => states.get(chunkAt(chunk)),
    saveChunkState(chunk, json, lookedAt) {
      use(lookedAt);
      return states.put(chunkAt(chunk), json, [...used]);
    },
  };
  return { door, derivedColumns: () => derived.map((column) => ({ plugin_id: pluginId, ...column })) };
}

/** Those whose name stands in one of the texts: `*` is the columns of the table and what the plugin derived, no more. */
function namedIn(texts: readonly string[], given: readonly DerivedDefinition[]) {
  const lower = given.length === 0 ? [] : texts.map((text) => text.toLowerCase());
  return given
    .filter(({ sql_name }) => lower.some((text) => text.includes(sql_name)))
    .map(({ sql_name, sql }) => ({ name: sql_name, sql }));
}

/** How many rows and values went into an exact aggregate, as a query that anyone can repeat. */
function countOfInput(request: { readonly columns: readonly string[]; readonly where?: string }): string {
  const counts = request.columns.map(
    (column) => `count(${quoted(column)}) AS ${quoted(`values of ${column}`)}`,
  );
  const where = request.where === undefined ? '' : ` WHERE (${request.where}\n)`;
  return `SELECT count(*) AS "rows", ${counts.join(', ')} FROM data${where}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
