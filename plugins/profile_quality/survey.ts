import { type Context, codedCells, identifier, type QueryHandle } from '../../src/sdk/index.ts';
import { type ColumnUse, usesOf } from './column-use.ts';

type Column = Context['schema'][number];

/** A column, what it is used for by the role map, and what a sample of rows shows of it. */
export interface Surveyed {
  readonly column: Column;
  /** Its name as SQL. */
  readonly sql: string;
  readonly roles: ReadonlySet<string>;
  readonly use: ColumnUse;
  /** Its cells in the sample, as numbers that are equal where the cells are; -1 where missing. */
  readonly codes: Int32Array;
  /** In the sample: rows with a value, distinct values, rows with the most frequent one. */
  readonly present: number;
  readonly distinct: number;
  readonly mostFrequent: number;
  /** In the sample: share of pairs of rows with a value whose values are equal. */
  readonly agreement: number;
}

/** The table as all checks of this plugin see it. */
export interface Table {
  readonly ctx: Context;
  readonly rows: number;
  readonly columns: readonly Surveyed[];
  readonly sample: QueryHandle;
  readonly sampleRows: number;
}

/** A sample only decides what is looked at closely: no number of it is reported but the agreement by chance. */
const SAMPLE_ROWS = 10_000;
const SAMPLE_CELLS = 400_000;
const FEWEST_ROWS = 1_000;

/** Draws the sample and sums up each column in it; columns beyond the setting are left out with a note. */
export async function survey(ctx: Context): Promise<Table> {
  const most = Number(ctx.settings['most_columns']);
  const looked = ctx.schema.slice(0, most);
  if (ctx.schema.length > most) {
    ctx.note(`Only the first ${most} of ${ctx.schema.length} columns are checked (setting most_columns).`);
  }
  const wanted = Math.min(SAMPLE_ROWS, Math.max(FEWEST_ROWS, Math.floor(SAMPLE_CELLS / looked.length)));
  const sample = await ctx.query(
    `SELECT ${looked.map(sampledCell).join(', ')}\nFROM data${sampleCondition(ctx.rowCount, wanted)}\nORDER BY _sh_part, _sh_row_number`,
  );
  const uses = usesOf(ctx);
  return {
    ctx,
    rows: ctx.rowCount,
    sample,
    sampleRows: sample.rows.length,
    columns: looked.map((column, i) => ({
      column,
      sql: identifier(column.sql_name),
      roles: new Set(ctx.roles.filter((role) => role.sql_name === column.sql_name).map(({ role }) => role)),
      use: uses(column),
      ...summary(sample.rows.map((cells) => cells[i] ?? null)),
    })),
  };
}

/** Long text is compared by its hash. */
function sampledCell(column: Column, i: number): string {
  const name = identifier(column.sql_name);
  const cell =
    column.type.kind === 'text' ? `CASE WHEN strlen(${name}) > 64 THEN md5(${name}) ELSE ${name} END` : name;
  return `${cell} AS c${i}`;
}

/** Rows spread over the table by multiplicative hashing of their number (Knuth): the same rows everywhere. */
function sampleCondition(rows: number, wanted: number): string {
  if (rows <= wanted) return '';
  const threshold = Math.floor((wanted / rows) * 2 ** 32);
  return `\nWHERE (_sh_row_number * 2654435761 + _sh_part * 40503) % 4294967296 < ${threshold}`;
}

function summary(
  cells: readonly (string | null)[],
): Pick<Surveyed, 'codes' | 'present' | 'distinct' | 'mostFrequent' | 'agreement'> {
  const { codes, counts } = codedCells(cells);
  const present = counts.reduce((sum, count) => sum + count, 0);
  const pairs = counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  return {
    codes,
    present,
    distinct: counts.length,
    mostFrequent: counts.reduce((most, count) => Math.max(most, count), 0),
    agreement: present < 2 ? 0 : pairs / ((present * (present - 1)) / 2),
  };
}
