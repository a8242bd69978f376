import { byText, type Context, identifier, type QueryHandle } from '../../src/sdk/index.ts';
import type { InHalves } from './rank-sums.ts';
import type { CategoryColumn, Subject } from './subject.ts';

/** Counts of two categories: `counts[i][j]` rows have level `rows[i]` of the one and `columns[j]` of the other. */
export interface CrossTable {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

export interface CountedPair {
  readonly a: CategoryColumn;
  readonly b: CategoryColumn;
  readonly tables: InHalves<CrossTable>;
  readonly handle: QueryHandle;
}

/** Lines of one result. */
const MOST_LINES = 200_000;

/** Cross tables of pairs of categories, in few queries: several pairs in each. */
export async function readCrossTables(
  ctx: Context,
  subject: Subject,
  pairs: readonly (readonly [CategoryColumn, CategoryColumn])[],
): Promise<CountedPair[]> {
  const found: CountedPair[] = [];
  for (const batch of batchesOf(pairs, subject.rows)) {
    const handle = await ctx.query(tablesSql(subject, batch));
    const linesOf = Map.groupBy(
      handle.rows.map((_, row) => row),
      (row) => handle.number(row, 'pair') ?? -1,
    );
    for (const [i, [a, b]] of batch.entries()) {
      found.push({ a, b, tables: tablesIn(handle, linesOf.get(i) ?? []), handle });
    }
  }
  return found;
}

function* batchesOf(
  pairs: readonly (readonly [CategoryColumn, CategoryColumn])[],
  rows: number,
): Generator<readonly (readonly [CategoryColumn, CategoryColumn])[]> {
  let batch: (readonly [CategoryColumn, CategoryColumn])[] = [];
  let lines = 0;
  for (const pair of pairs) {
    const own = Math.min(2 * pair[0].levels * pair[1].levels, rows);
    if (batch.length > 0 && lines + own > MOST_LINES) {
      yield batch;
      [batch, lines] = [[], 0];
    }
    batch.push(pair);
    lines += own;
  }
  if (batch.length > 0) yield batch;
}

/** Rows that are alike in all categories are counted once for all pairs. */
function tablesSql(
  { halves }: Subject,
  pairs: readonly (readonly [CategoryColumn, CategoryColumn])[],
): string {
  const text = ({ sqlName }: CategoryColumn) => `CAST(${identifier(sqlName)} AS VARCHAR)`;
  const used = [...new Set(pairs.flat())];
  const labels = used.map((category, i) => `${text(category)} AS c${i}`);
  const counts = pairs.map(([a, b], i) => {
    const [x, y] = [`c${used.indexOf(a)}`, `c${used.indexOf(b)}`];
    return `SELECT ${i} AS pair, half, ${x} AS a, ${y} AS b, CAST(sum(times) AS BIGINT) AS n FROM cells WHERE ${x} IS NOT NULL AND ${y} IS NOT NULL GROUP BY half, ${x}, ${y}`;
  });
  return `WITH cells AS (SELECT ${halves.sql} AS half, ${labels.join(', ')}, count(*) AS times FROM data GROUP BY ALL)
SELECT pair, half, a, b, n FROM (${counts.join('\nUNION ALL ')}) AS counts`;
}

function tablesIn(handle: QueryHandle, lines: readonly number[]): InHalves<CrossTable> {
  const cells = lines.map((line) => ({
    half: handle.number(line, 'half'),
    a: handle.text(line, 'a') ?? '',
    b: handle.text(line, 'b') ?? '',
    n: handle.number(line, 'n') ?? 0,
  }));
  return {
    whole: crossTable(cells),
    first: crossTable(cells.filter(({ half }) => half === 1)),
    second: crossTable(cells.filter(({ half }) => half === 2)),
  };
}

/** A table of the levels that occur, in order of their text. */
export function crossTable(
  cells: readonly { readonly a: string; readonly b: string; readonly n: number }[],
): CrossTable {
  const rows = distinct(cells.map(({ a }) => a));
  const columns = distinct(cells.map(({ b }) => b));
  const [rowOf, columnOf] = [placesOf(rows), placesOf(columns)];
  const counts = rows.map(() => columns.map(() => 0));
  for (const { a, b, n } of cells) {
    const row = counts[rowOf.get(a) ?? 0];
    const column = columnOf.get(b) ?? 0;
    if (row) row[column] = (row[column] ?? 0) + n;
  }
  return { rows, columns, counts };
}

function distinct(levels: readonly string[]): string[] {
  return [...new Set(levels)].sort(byText);
}

function placesOf(levels: readonly string[]): ReadonlyMap<string, number> {
  return new Map(levels.map((level, place) => [level, place]));
}

/** Sums of rows, of columns and of all. */
export function margins({ counts, columns }: CrossTable) {
  const ofRows = counts.map((row) => row.reduce((sum, n) => sum + n, 0));
  const ofColumns = columns.map((_, j) => counts.reduce((sum, row) => sum + (row[j] ?? 0), 0));
  return { ofRows, ofColumns, n: ofRows.reduce((sum, n) => sum + n, 0) };
}

/** Which of two categories decides the other. */
export type Decided = 'first' | 'second' | 'both' | 'neither';

/** Whether each level of one category occurs with one level of the other only. */
export function decidedBy({ counts, columns }: CrossTable): Decided {
  const first = counts.every((row) => row.filter((n) => n > 0).length === 1);
  const second = columns.every((_, j) => counts.filter((row) => (row[j] ?? 0) > 0).length === 1);
  if (first && second) return 'both';
  return first ? 'first' : second ? 'second' : 'neither';
}
