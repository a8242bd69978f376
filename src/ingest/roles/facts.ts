import type { Cell, Column, DatasetSchema } from '../../contract/index.ts';
import { type Ahead, askedAhead, countDistinct } from './distinct.ts';
import { type Family, familyOf, instant, isWhole } from './families.ts';
import { readSample, SAMPLE_ROWS } from './sample.ts';
import { countShapes, type Shapes } from './shapes.ts';
import { type Answers, askPiece, type Piece, quoted, type Source } from './sql.ts';
import { type Name, readName } from './words.ts';

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

const MOST_COLUMNS_PER_QUERY = 40;

/** Looks at every column: counts over all rows, and a sample of them. */
export async function gatherFacts(
  source: Source,
  schema: DatasetSchema,
  rowCount: number,
): Promise<ColumnFacts[]> {
  const { columns } = schema;
  const counted: Counted[] = [];
  const ahead = askedAhead(source, columns, rowCount);
  for (const piece of source.pieces) counted.push(await countIn(source, piece, columns, ahead));
  const sample = await readSample(source, schema, rowCount);
  const isSeen = (column: Column) => ahead === undefined && rowCount <= SAMPLE_ROWS && tellsByText(column);
  const unseen = columns.filter((column) => !isSeen(column));
  const distinct = await countDistinct(source, unseen, rowCount);
  return columns.map((column, i) =>
    factsOf(column, rowCount, counted, distinct.get(column), sample[i] ?? []),
  );
}

/** Whether values that differ have texts that differ, none of them cut short: then a sample of all rows says how many there are. */
function tellsByText({ type: { kind } }: Column): boolean {
  return kind === 'integer' || kind === 'decimal' || kind === 'boolean';
}

/** What is counted of each column of a piece, by column and name. */
type Counted = Answers;

async function countIn(
  { run }: Source,
  piece: Piece,
  columns: readonly Column[],
  ahead: Ahead | undefined,
): Promise<Counted> {
  const counted = new Map<string, string | null>();
  for (let i = 0; i < columns.length; i += MOST_COLUMNS_PER_QUERY) {
    const some = columns.slice(i, i + MOST_COLUMNS_PER_QUERY);
    const counts = Object.assign({}, ...some.map(countsOf));
    const extremes = Object.assign({}, ...some.map(extremesOf));
    // Of large tables apart: DuckDB knows extremes from what stands in the file about it, if nothing else is asked.
    const asked =
      ahead === undefined
        ? [counts, extremes]
        : [Object.assign(counts, extremes, ...some.map(endsOf), ...some.map(ahead))];
    for (const expressions of asked) {
      for (const [name, answer] of await askPiece(run, piece, expressions)) counted.set(name, answer);
    }
  }
  return counted;
}

function countsOf(column: Column): Record<string, string> {
  const name = quoted(column.sql_name);
  const expressions: Record<string, string> = { [`${column.sql_name} values`]: `count(${name})` };
  if (familyOf(column) === 'instant') {
    expressions[`${column.sql_name} midnight`] =
      `count(*) FILTER (WHERE isfinite(${name}) AND date_trunc('day', ${name}) = ${name})`;
  }
  return expressions;
}

function extremesOf(column: Column): Record<string, string> {
  if (familyOf(column) !== 'number') return {};
  const name = quoted(column.sql_name);
  const finite = column.type.kind === 'double' ? ` FILTER (WHERE isfinite(${name}))` : '';
  return {
    [`${column.sql_name} min`]: `CAST(min(${name})${finite} AS DOUBLE)`,
    [`${column.sql_name} max`]: `CAST(max(${name})${finite} AS DOUBLE)`,
  };
}

/** Of instants: the first and the last, in microseconds since 1970. */
export function endsOf(column: Column): Record<string, string> {
  if (familyOf(column) !== 'instant') return {};
  const name = quoted(column.sql_name);
  const at = (end: 'min' | 'max') =>
    `epoch_us(${instant(`${end}(${name}) FILTER (WHERE isfinite(${name}))`)})`;
  return { [`${column.sql_name} first`]: at('min'), [`${column.sql_name} last`]: at('max') };
}

function factsOf(
  column: Column,
  rows: number,
  pieces: readonly Counted[],
  /** Left out where the sample tells. */
  distinct: number | undefined,
  sample: readonly Cell[],
): ColumnFacts {
  const numbers = (what: string) =>
    pieces.flatMap((counted) => {
      const text = counted.get(`${column.sql_name} ${what}`);
      return text == null ? [] : [Number(text)];
    });
  const sum = (what: string) => numbers(what).reduce((total, count) => total + count, 0);
  const family = familyOf(column);
  const shapes = countShapes(sample);
  return {
    column,
    name: readName(column.name),
    family,
    whole: isWhole(column),
    rows,
    nonNull: sum('values'),
    distinct: distinct ?? shapes.distinct,
    min: extreme(Math.min, numbers('min')),
    max: extreme(Math.max, numbers('max')),
    midnight: sum('midnight'),
    shapes,
    sample,
  };
}

function extreme(of: (...values: number[]) => number, values: readonly number[]): number | null {
  return values.length === 0 ? null : of(...values);
}

/** Every value stands once, and no row is without. */
export function isKey(facts: ColumnFacts): boolean {
  return facts.nonNull === facts.rows && facts.distinct === facts.rows && facts.rows > 0;
}

/** Instants that say more than the day. */
export function hasTimeOfDay(facts: ColumnFacts): boolean {
  return facts.family === 'instant' && facts.nonNull > 0 && facts.midnight * 10 < facts.nonNull * 9;
}
