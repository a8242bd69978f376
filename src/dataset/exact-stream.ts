import type { Cell } from '../contract/index.ts';
import type { Batch, NumberColumn } from '../sdk/index.ts';
import { BatchBuilder } from './batch-builder.ts';
import type { Chunk } from './dataset.ts';
import { checkGroupCount, MAX_GROUPS, rowsByGroup } from './exact-groups.ts';
import type { ExactSource, NumericColumn, NumericScan } from './exact-scan.ts';
import { queryFailed, type Session } from './session.ts';
import { quoteName } from './sql-text.ts';

/** Rows of one group in source order: positions in columns. */
export interface Piece {
  /** The key as one text. */
  readonly id: string;
  readonly key: readonly Cell[];
  readonly columns: readonly NumberColumn[];
  readonly rows: Uint32Array;
}

interface Reading {
  readonly chunk?: Chunk;
  readonly signal?: AbortSignal;
}

/** Columns of a result after part and row number: names, and what they are read from. */
interface Layouts {
  readonly names: readonly string[];
  readonly layouts: readonly NumericColumn['layout'][];
}

const BATCH_BYTES = 16 * 1024 * 1024;
const GROUP = '_sh_group';

/** All rows as pieces of one group. */
export async function* readPlain(
  { session }: ExactSource,
  scan: NumericScan,
  { chunk, signal }: Reading,
): AsyncGenerator<Piece> {
  const items = ['_sh_part', '_sh_row_number', ...castItems(scan)];
  const sql = `SELECT ${items.join(', ')} FROM (${scan.sqlOf(chunk)})`;
  for await (const batch of streamBatches(session, sql, layoutOf(scan), signal)) {
    yield { id: keyText([]), key: [], columns: numbersOf(batch, scan), rows: upTo(batch.rows) };
  }
}

/**
 * Rows by group, chunk after chunk. DuckDB numbers the groups of a chunk in the order of their keys; the keys, asked
 * for in that order, name the numbers.
 */
export async function* readGrouped(
  source: ExactSource,
  scan: NumericScan,
  { chunk: only, signal }: Reading,
): AsyncGenerator<Piece> {
  const seen = new Set<string>();
  for (const chunk of only ? [only] : source.chunks) {
    const sql = scan.sqlOf(chunk);
    const { rows: keys } = await source.session.rows(keysSql(sql, scan), [], signal).catch(failed);
    const ids = keys.map(keyText);
    for (const id of ids) seen.add(id);
    checkGroupCount(seen.size);
    const { names, layouts } = layoutOf(scan);
    const layout: Layouts = { names: [GROUP, ...names], layouts: ['int64', ...layouts] };
    for await (const batch of streamBatches(source.session, groupedSql(sql, scan), layout, signal)) {
      const columns = numbersOf(batch, scan);
      for (const { group, rows } of rowsByGroup(batch.columns[GROUP], keys.length)) {
        yield { id: ids[group] ?? '', key: keys[group] ?? [], columns, rows };
      }
    }
  }
}

/** A key as one text. */
export function keyText(key: readonly Cell[]): string {
  return JSON.stringify(key);
}

function upTo(count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row += 1) rows[row] = row;
  return rows;
}

function failed(error: unknown): never {
  throw queryFailed(error);
}

function keysSql(sql: string, { groupBy }: NumericScan): string {
  return `SELECT DISTINCT ${groupBy.map(quoteName).join(', ')} FROM (${sql}) ORDER BY ${orderOf(groupBy)}
LIMIT ${MAX_GROUPS + 1}`;
}

function groupedSql(sql: string, scan: NumericScan): string {
  const { groupBy } = scan;
  const keys = groupBy.map(quoteName);
  const same = keys.map((key) => `r.${key} IS NOT DISTINCT FROM g.${key}`);
  const items = ['r._sh_part', 'r._sh_row_number', `g.${GROUP}`, ...castItems(scan, 'r.')];
  return `WITH r AS (${sql}), g AS (
  SELECT *, row_number() OVER (ORDER BY ${orderOf(groupBy)}) - 1 AS ${GROUP}
  FROM (SELECT DISTINCT ${keys.join(', ')} FROM r))
SELECT ${items.join(', ')} FROM r JOIN g ON ${same.join(' AND ')} ORDER BY 1, 2`;
}

function orderOf(groupBy: readonly string[]): string {
  return groupBy.map((name) => `${quoteName(name)} ASC NULLS LAST`).join(', ');
}

/** The numbers under names of their own, so that a group column may be one of them. */
function castItems({ numbers }: NumericScan, relation = ''): readonly string[] {
  return numbers.map(
    ({ name, type }, index) => `CAST(${relation}${quoteName(name)} AS ${type}) AS _sh_n${index}`,
  );
}

function layoutOf({ numbers }: NumericScan): Layouts {
  return { names: numbers.map((_, index) => `_sh_n${index}`), layouts: numbers.map(({ layout }) => layout) };
}

function numbersOf(batch: Batch, { numbers }: NumericScan): readonly NumberColumn[] {
  return numbers.map(({ scale }, index) => {
    const cells = batch.columns[`_sh_n${index}`];
    if (cells?.kind === 'int64' || cells?.kind === 'int128' || cells?.kind === 'float64')
      return { cells, scale };
    throw new Error('a batch without the numbers that were asked for');
  });
}

async function* streamBatches(
  session: Session,
  sql: string,
  layout: Layouts,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch> {
  const builder = new BatchBuilder(layout.names, layout.layouts, BATCH_BYTES);
  const lent = await session.lend(signal);
  try {
    const result = await lent.connection.stream(sql);
    for await (const chunk of result) yield* builder.add(chunk);
    yield* builder.rest();
  } catch (error) {
    signal?.throwIfAborted();
    throw queryFailed(error);
  } finally {
    lent.giveBack();
  }
}
