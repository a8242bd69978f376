import type { Context } from '../context.ts';
import type { QueryHandle } from '../handles.ts';
import { identifier, literal } from '../sql-text.ts';
import { byText } from '../text-order.ts';

/** A group of rows by one column. Code 0 is what is left over: levels with too few rows or beyond the most. */
export interface Level {
  readonly code: number;
  /** For tables and logs; findings take it from a query. */
  readonly name: string;
  readonly rows: number;
  readonly kind: 'value' | 'missing' | 'rest';
}

/** Something that divides all rows into levels. */
export interface LevelCodes {
  /** The column that it is made from. */
  readonly column: string;
  readonly handle: QueryHandle;
  /** A level's code as SQL, a whole number, never missing. */
  readonly sql: string;
  /** By code, from 0. */
  readonly levels: readonly Level[];
}

/**
 * The levels of categories that have at least `minRows` rows, at most `most` of each: the largest first by rows and
 * then by name. Missing cells are a level, too. One query for all of them.
 */
export async function categoryLevels(
  ctx: Context,
  categories: readonly string[],
  { minRows, most }: { readonly minRows: number; readonly most: number },
): Promise<LevelCodes[]> {
  if (categories.length === 0) return [];
  const columns = categories.map((_, i) => `c${i + 1}`);
  const texts = categories.map((name, i) => `CAST(${identifier(name)} AS VARCHAR) AS c${i + 1}`);
  const handle = await ctx.query(
    `SELECT ${columns.join(', ')}, grouping(${columns.join(', ')}) AS grouping_bits, count(*) AS rows
FROM (SELECT ${texts.join(', ')} FROM data) AS labels
GROUP BY GROUPING SETS (${columns.map((column) => `(${column})`).join(', ')})
HAVING count(*) >= ${minRows}`,
  );
  return categories.map((column, i) => {
    const bits = 2 ** categories.length - 1 - 2 ** (categories.length - 1 - i);
    const found = handle.rows
      .map((_, row) => row)
      .filter((row) => handle.number(row, 'grouping_bits') === bits)
      .map((row) => ({ name: handle.text(row, `c${i + 1}`), rows: handle.number(row, 'rows') ?? 0 }))
      .sort((a, b) => b.rows - a.rows || byText(a.name ?? '', b.name ?? ''))
      .slice(0, most);
    return codesOf(ctx, column, handle, found);
  });
}

/** SQL for whether a cell is the level with this text; missing cells are the level null. Integers need no text, and texts no cast. */
export function isLevel(ctx: Pick<Context, 'column'>, sqlName: string, level: string | null): string {
  const column = identifier(sqlName);
  if (level === null) return `${column} IS NULL`;
  const { kind } = ctx.column(sqlName).type;
  if (kind === 'integer' && /^-?[0-9]+$/.test(level)) return `${column} = ${level}`;
  return `${kind === 'text' ? column : `CAST(${column} AS VARCHAR)`} = ${literal(level)}`;
}

interface Found {
  readonly name: string | null;
  readonly rows: number;
}

function codesOf(ctx: Context, column: string, handle: QueryHandle, found: readonly Found[]): LevelCodes {
  const cases = found.map(({ name }, i) => `WHEN ${isLevel(ctx, column, name)} THEN ${i + 1}`);
  const left = ctx.rowCount - found.reduce((sum, { rows }) => sum + rows, 0);
  return {
    column,
    handle,
    sql: cases.length === 0 ? '0' : `CASE ${cases.join(' ')} ELSE 0 END`,
    levels: [
      { code: 0, name: '(other levels)', rows: left, kind: 'rest' },
      ...found.map(({ name, rows }, i): Level => {
        const kind = name === null ? 'missing' : 'value';
        return { code: i + 1, name: name ?? '(missing)', rows, kind };
      }),
    ],
  };
}
