import type { Cell, Column, DatasetSchema } from '../../contract/index.ts';
import { countShapes, type Shapes } from './shapes.ts';
import { counts, quoted, type Source } from './sql.ts';
import { type Name, readName } from './words.ts';

/** What kind of values a column holds, as far as roles care. */
export type Family = 'number' | 'instant' | 'text' | 'boolean' | 'other';

/** What is known of a column alone. Counts are over all rows; shapes are of the sample. */
export interface ColumnFacts {
  readonly column: Column;
  readonly name: Name;
  readonly family: Family;
  /** Numbers without a fraction, by type. */
  readonly whole: boolean;
  readonly rows: number;
  readonly nonNull: number;
  readonly distinct: number;
  /** Of numbers; null elsewhere. */
  readonly min: number | null;
  readonly max: number | null;
  /** Instants that fall on midnight. */
  readonly midnight: number;
  readonly shapes: Shapes;
  /** The cells of the sampled rows, as text; instants as microseconds since 1970. */
  readonly sample: readonly Cell[];
}

/** Rows that are looked at cell by cell. */
export const SAMPLE_ROWS = 5000;
const SAMPLE_CHARACTERS = 200;
/** Cells whose distinct values are counted at a time, in columns: that holds hash tables. */
const CELLS_PER_QUERY = 2_000_000;
const MOST_COLUMNS_PER_QUERY = 40;

/** Looks at every column: counts over all rows, and a sample of evenly spaced rows. */
export async function gatherFacts(
  source: Source,
  schema: DatasetSchema,
  rowCount: number,
): Promise<ColumnFacts[]> {
  const numbers = new Map<string, number>();
  const { columns } = schema;
  const few = Math.floor(CELLS_PER_QUERY / Math.max(1, rowCount));
  const together = Math.min(MOST_COLUMNS_PER_QUERY, Math.max(1, few));
  if (together >= columns.length) {
    await countEach(
      () => source,
      columns,
      together,
      numbers,
      (column) => ({ ...counted(column), ...distinct(column) }),
    );
  } else {
    const before = (some: readonly Column[]) => withRowBefore(source, some);
    const steps = (column: Column) => ({ ...counted(column), ...stepsOf(column) });
    await countEach(before, columns, MOST_COLUMNS_PER_QUERY, numbers, steps);
    const unknown = columns.filter((column) => distinctOf(column, rowCount, numbers) === undefined);
    await countEach(() => source, unknown, together, numbers, distinct);
  }
  const sample = await readSample(source, schema, rowCount);
  return schema.columns.map((column, i) => factsOf(column, rowCount, numbers, sample[i] ?? []));
}

/** Counts of columns, so many at a time. */
async function countEach(
  sourceOf: (columns: readonly Column[]) => Source,
  columns: readonly Column[],
  together: number,
  numbers: Map<string, number>,
  expressions: (column: Column) => Record<string, string>,
): Promise<void> {
  for (let i = 0; i < columns.length; i += together) {
    const some = columns.slice(i, i + together);
    const asked: Record<string, string> = Object.assign({}, ...some.map(expressions));
    for (const [key, value] of await counts(sourceOf(some), asked)) numbers.set(key, value);
  }
}

/** A table in which the value of the row before stands beside each that has an order. */
function withRowBefore({ run, relation }: Source, columns: readonly Column[]): Source {
  const before = columns
    .filter(hasOrder)
    .map((column) => `lag(${quoted(column.sql_name)}) OVER () AS ${beforeOf(column)}`);
  return { run, relation: `(SELECT ${['*', ...before].join(', ')} FROM ${relation})` };
}

/** Columns whose values may rise from row to row. Doubles may be no number, and texts take long to compare. */
function hasOrder(column: Column): boolean {
  return column.type.kind !== 'double' && ['number', 'instant'].includes(familyOf(column));
}

function beforeOf({ sql_name }: Column): string {
  return quoted(`_sh_before_${sql_name}`);
}

/**
 * How many distinct values a column has, where that was counted, or follows: rows that never fall, in whatever order they
 * were read, have one more value than they have rises. To count rises takes a tenth of the time.
 */
function distinctOf(column: Column, rows: number, numbers: ReadonlyMap<string, number>): number | undefined {
  const number = (what: string) => numbers.get(`${column.sql_name} ${what}`);
  const sorted = rows > 0 && number('nonNull') === rows && number('falls') === 0;
  return sorted ? (number('rises') ?? 0) + 1 : number('distinct');
}

function distinct({ sql_name }: Column): Record<string, string> {
  return { [`${sql_name} distinct`]: `count(DISTINCT ${quoted(sql_name)})` };
}

function stepsOf(column: Column): Record<string, string> {
  if (!hasOrder(column)) return {};
  const [name, before] = [quoted(column.sql_name), beforeOf(column)];
  return {
    [`${column.sql_name} falls`]: `count(*) FILTER (WHERE ${name} < ${before})`,
    [`${column.sql_name} rises`]: `count(*) FILTER (WHERE ${name} > ${before})`,
  };
}

function counted(column: Column): Record<string, string> {
  const name = quoted(column.sql_name);
  const key = column.sql_name;
  const expressions: Record<string, string> = { [`${key} nonNull`]: `count(${name})` };
  if (familyOf(column) === 'number') {
    expressions[`${key} min`] = `CAST(min(${name}) AS DOUBLE)`;
    expressions[`${key} max`] = `CAST(max(${name}) AS DOUBLE)`;
  }
  if (familyOf(column) === 'instant') {
    expressions[`${key} midnight`] =
      `count(*) FILTER (WHERE isfinite(${name}) AND date_trunc('day', ${name}) = ${name})`;
  }
  return expressions;
}

/** By column, the cells of the sampled rows; a part of the columns at a time, so that no wide rows are held twice. */
async function readSample(source: Source, schema: DatasetSchema, rowCount: number): Promise<Cell[][]> {
  if (rowCount === 0) return schema.columns.map(() => []);
  const stride = Math.max(1, Math.ceil(rowCount / SAMPLE_ROWS));
  const sample: Cell[][] = [];
  for (let i = 0; i < schema.columns.length; i += MOST_COLUMNS_PER_QUERY) {
    const columns = schema.columns.slice(i, i + MOST_COLUMNS_PER_QUERY);
    const outputs = columns.map((column) => `${asText(column)} AS ${quoted(column.sql_name)}`);
    const rows = await source.run(
      `SELECT ${outputs.join(',\n  ')}\nFROM ${source.relation}\nWHERE row_number % ${stride} = ${1 % stride}\n` +
        `ORDER BY row_number LIMIT ${SAMPLE_ROWS * 2}`,
    );
    sample.push(...columns.map((_, c) => rows.map((row) => row[c] ?? null)));
  }
  return sample;
}

function asText(column: Column): string {
  const name = quoted(column.sql_name);
  if (familyOf(column) === 'instant') {
    return `CAST(CASE WHEN isfinite(${name}) THEN epoch_us(${instant(name)}) END AS VARCHAR)`;
  }
  return column.type.kind === 'text' ? `left(${name}, ${SAMPLE_CHARACTERS})` : `CAST(${name} AS VARCHAR)`;
}

/** A date, time stamp or instant as TIMESTAMP (of UTC, the session's time zone). */
export function instant(expression: string): string {
  return `CAST(${expression} AS TIMESTAMP)`;
}

function factsOf(
  column: Column,
  rows: number,
  numbers: ReadonlyMap<string, number>,
  sample: readonly Cell[],
): ColumnFacts {
  const number = (what: string) => numbers.get(`${column.sql_name} ${what}`);
  const nonNull = number('nonNull') ?? 0;
  const family = familyOf(column);
  const bounded = family === 'number' && nonNull > 0;
  return {
    column,
    name: readName(column.name),
    family,
    whole: isWhole(column),
    rows,
    nonNull,
    distinct: distinctOf(column, rows, numbers) ?? 0,
    min: bounded ? (number('min') ?? null) : null,
    max: bounded ? (number('max') ?? null) : null,
    midnight: number('midnight') ?? 0,
    shapes: countShapes(sample),
    sample,
  };
}

function familyOf(column: Column): Family {
  switch (column.type.kind) {
    case 'integer':
    case 'decimal':
    case 'double':
      return 'number';
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return 'instant';
    case 'text':
      return 'text';
    case 'boolean':
      return 'boolean';
    case 'time':
      return 'other';
  }
}

function isWhole(column: Column): boolean {
  return column.type.kind === 'integer' || (column.type.kind === 'decimal' && column.type.scale === 0);
}

/** Every value stands once, and no row is without. */
export function isKey(facts: ColumnFacts): boolean {
  return facts.nonNull === facts.rows && facts.distinct === facts.rows && facts.rows > 0;
}

/** Instants that say more than the day. */
export function hasTimeOfDay(facts: ColumnFacts): boolean {
  return facts.family === 'instant' && facts.nonNull > 0 && facts.midnight * 10 < facts.nonNull * 9;
}
