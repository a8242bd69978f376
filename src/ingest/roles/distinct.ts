import type { Column } from '../../contract/index.ts';
import { duckdbType } from '../../dataset/index.ts';
import { countValues, knownValues } from './column-values.ts';
import { familyOf } from './families.ts';
import {
  type Answers,
  askPiece,
  askRow,
  type Expressions,
  literal,
  type Piece,
  quoted,
  type Source,
} from './sql.ts';

/** Cells whose distinct values are counted at a time, in columns: that holds hash tables. */
const CELLS_PER_QUERY = 2_000_000;
const MOST_COLUMNS_PER_QUERY = 40;

/** With fewer rows for each column, a question takes longer to plan over all columns than to answer about one. */
const ROWS_PER_COLUMN = 2000;

/** Columns of fewer rows are held as lists: a hash table for each of many columns takes more room than their values. */
const LISTED_ROWS = 5000;

/** Values, and how often they fall and rise from row to row, in a piece; by column and name. */
type Steps = Answers;

/**
 * How many distinct values each column has, exactly. Of small tables DuckDB counts those of many columns at once. Of large
 * ones, where rows never fall and each holds a value of its own, their rises tell; all others are counted value by value, which
 * is what a profile asks next, unless there are too many columns.
 */
export async function countDistinct(
  source: Source,
  columns: readonly Column[],
  rows: number,
): Promise<ReadonlyMap<Column, number>> {
  const few = together(rows);
  const found = new Map<Column, number>();
  const left = () => columns.filter((column) => !found.has(column));
  const recall = (column: Column) => {
    const known = source.known.get(distinct(column));
    if (known != null) found.set(column, Number(known));
  };
  columns.forEach(recall);
  if (few < left().length && rows > LISTED_ROWS) {
    const oneByOne = rows >= ROWS_PER_COLUMN * columns.length;
    for (const [column, count] of await countSteps(source, left())) {
      if (count === rows || !oneByOne) found.set(column, count);
    }
    for (const column of left()) {
      const counted = oneByOne && column.type.kind !== 'double';
      const appended = await countAppended(source, column);
      const count = appended ?? (counted ? await countOne(source, column) : undefined);
      if (count !== undefined) found.set(column, count);
    }
  }
  for (const some of groups(left(), few)) {
    const ask = rows <= LISTED_ROWS ? distinctInList : distinct;
    const asked = Object.fromEntries(some.map((column) => [column.sql_name, ask(column)]));
    const counts = await askRow(source.run, asked, source.relation);
    for (const column of some) found.set(column, Number(counts.get(column.sql_name)));
  }
  for (const [column, count] of found) source.known.put(distinct(column), String(count));
  return found;
}

/** Columns whose distinct values are counted in one query. */
function together(rows: number): number {
  return Math.min(MOST_COLUMNS_PER_QUERY, Math.max(1, Math.floor(CELLS_PER_QUERY / Math.max(1, rows))));
}

export type Ahead = (column: Column) => Expressions;

/** What is worth asking while a small table is read for something else: it is known when distinct values are counted. */
export function askedAhead({ pieces }: Source, columns: readonly Column[], rows: number): Ahead | undefined {
  if (pieces.length > 1 || together(rows) < columns.length) return undefined;
  return (column) => ({ [`${column.sql_name} distinct`]: distinct(column) });
}

function distinct({ sql_name }: Column): string {
  return distinctOf(sql_name);
}

/** As `distinct` counts, for few rows; a list holds NaN to be unlike itself. */
function distinctInList({ sql_name, type }: Column): string {
  const name = quoted(sql_name);
  const length = (value: string) => `coalesce(len(list_distinct(list(${value}))), 0)`;
  if (type.kind !== 'double') return length(name);
  const nan = `coalesce(CAST(bool_or(isnan(${name})) AS INTEGER), 0)`;
  return `${length(`CASE WHEN NOT isnan(${name}) THEN ${name} END`)} + ${nan}`;
}

/** The question under which the number of a column's distinct values is known. */
export function distinctOf(sqlName: string): string {
  return `count(DISTINCT ${quoted(sqlName)})`;
}

function groups<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/**
 * Of the columns whose rows never fall: rows in whatever order they were read, if they never fall, have one more value
 * than they have rises. To count rises takes a tenth of the time.
 */
async function countSteps(source: Source, columns: readonly Column[]): Promise<Map<Column, number>> {
  const ordered = await withoutEarlyFalls(source, columns.filter(hasOrder));
  const steps: Steps[] = [];
  for (const piece of source.pieces) steps.push(await stepsOf(source, piece, ordered));
  const rising = ordered.filter((column) =>
    source.pieces.every(
      ({ rows }, i) =>
        rows > 0 &&
        Number(steps[i]?.get(`${column.sql_name} values`)) === rows &&
        Number(steps[i]?.get(`${column.sql_name} falls`)) === 0,
    ),
  );
  const joints = await compareJoints(source, rising);
  const found = new Map<Column, number>();
  for (const column of rising) {
    const { falls, same } = joints.get(column) ?? { falls: 0, same: 0 };
    if (falls > 0) continue;
    const inPieces = steps.map((step) => Number(step.get(`${column.sql_name} rises`)) + 1);
    found.set(column, inPieces.reduce((sum, count) => sum + count, 0) - same);
  }
  return found;
}

/** Rows that are enough to see most columns fall. */
const FIRST_ROWS = 20_000;

/** Leaves out the columns that fall among the first rows of the last piece, which are read in no time. */
async function withoutEarlyFalls({ run, pieces }: Source, columns: readonly Column[]): Promise<Column[]> {
  const last = pieces.at(-1);
  if (last === undefined) return [...columns];
  const start = { ...last, relation: `(SELECT * FROM ${last.relation} LIMIT ${FIRST_ROWS})` };
  const rising: Column[] = [];
  for (const some of groups(columns, MOST_COLUMNS_PER_QUERY)) {
    const asked = Object.fromEntries(some.map(({ sql_name }) => [sql_name, falls(sql_name)]));
    const found = await askRow(run, asked, withRowBefore(start, some));
    rising.push(...some.filter(({ sql_name }) => Number(found.get(sql_name)) === 0));
  }
  return rising;
}

/** Columns whose values may rise from row to row. Doubles may be no number, and texts take long to compare. */
function hasOrder(column: Column): boolean {
  return column.type.kind !== 'double' && ['number', 'instant'].includes(familyOf(column));
}

async function stepsOf({ run }: Source, piece: Piece, columns: readonly Column[]): Promise<Steps> {
  const steps = new Map<string, string | null>();
  for (const some of groups(columns, MOST_COLUMNS_PER_QUERY)) {
    const asked = Object.assign({}, ...some.map(stepExpressions));
    for (const [name, answer] of await askPiece(run, piece, asked, withRowBefore(piece, some))) {
      steps.set(name, answer);
    }
  }
  return steps;
}

function stepExpressions({ sql_name }: Column): Record<string, string> {
  const [name, before] = [quoted(sql_name), beforeOf(sql_name)];
  return {
    [`${sql_name} values`]: `count(${name})`,
    [`${sql_name} falls`]: falls(sql_name),
    [`${sql_name} rises`]: `count(*) FILTER (WHERE ${name} > ${before})`,
  };
}

function falls(sqlName: string): string {
  return `count(*) FILTER (WHERE ${quoted(sqlName)} < ${beforeOf(sqlName)})`;
}

/** A table in which the value of the row before stands beside each. */
function withRowBefore({ relation }: Piece, columns: readonly Column[]): string {
  const both = columns.map(({ sql_name }) => {
    const name = quoted(sql_name);
    return `${name}, lag(${name}) OVER () AS ${beforeOf(sql_name)}`;
  });
  return `(SELECT ${both.join(', ')} FROM ${relation})`;
}

function beforeOf(sqlName: string): string {
  return quoted(`_sh_before_${sqlName}`);
}

interface Joints {
  /** Pieces that begin below the end of the one before. */
  readonly falls: number;
  /** Pieces that begin where the one before ended. */
  readonly same: number;
}

/** How columns that rise inside each piece go on from one piece to the next. */
async function compareJoints(
  { run, pieces }: Source,
  columns: readonly Column[],
): Promise<Map<Column, Joints>> {
  if (pieces.length < 2) return new Map();
  const ends: Answers[] = [];
  for (const piece of pieces) {
    ends.push(await askPiece(run, piece, Object.assign({}, ...columns.map(endExpressions))));
  }
  const asked: Record<string, string> = {};
  for (const { sql_name, type } of columns) {
    const value = (end: Answers | undefined, name: string) =>
      `CAST(${literal(end?.get(`${sql_name} ${name}`) ?? '')} AS ${duckdbType(type)})`;
    const pairs = ends.slice(1).map((next, i) => [value(ends[i], 'greatest'), value(next, 'least')]);
    const count = (sign: string) =>
      pairs.map(([end, start]) => `CAST(${end} ${sign} ${start} AS INTEGER)`).join(' + ');
    asked[`${sql_name} falls`] = count('>');
    asked[`${sql_name} same`] = count('=');
  }
  const found = await askRow(run, asked, '(SELECT 1)');
  const number = ({ sql_name }: Column, name: string) => Number(found.get(`${sql_name} ${name}`));
  return new Map(
    columns.map((column) => [column, { falls: number(column, 'falls'), same: number(column, 'same') }]),
  );
}

function endExpressions({ sql_name }: Column): Record<string, string> {
  const name = quoted(sql_name);
  return { [`${sql_name} least`]: `min(${name})`, [`${sql_name} greatest`]: `max(${name})` };
}

async function countOne(source: Source, column: Column): Promise<number> {
  const { facts } = await countValues(source, column);
  return Number(facts['distinct_values']);
}

/**
 * Where all pieces but the last were counted before, but their values are not known: their number, and those of the last
 * that they lack.
 */
async function countAppended(source: Source, column: Column): Promise<number | undefined> {
  const known = source.knownBefore.get(distinct(column));
  const last = source.pieces.at(-1);
  const earlier = source.pieces.slice(0, -1);
  if (known == null || last === undefined || earlier.length === 0) return undefined;
  if (knownValues(source.knownBefore, column) !== undefined) return undefined;
  const name = quoted(column.sql_name);
  const before = earlier.map(({ relation }) => `SELECT ${name} FROM ${relation}`).join(' UNION ALL ');
  const fresh = `SELECT DISTINCT ${name} FROM ${last.relation} WHERE ${name} IS NOT NULL`;
  const from = `(${fresh}) AS fresh ANTI JOIN (${before}) AS earlier ON fresh.${name} = earlier.${name}`;
  const found = await askRow(source.run, { added: 'count(*)' }, from);
  return Number(known) + Number(found.get('added'));
}
