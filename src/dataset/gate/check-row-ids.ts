import { refuse } from './refuse.ts';
import { type Tree, textOf, textsOf, walk } from './tree.ts';

const ROW_ID = 'rowid';

/** Refuses DuckDB's own numbers of rows, which only a table in memory has: `data` may be one, or a view over files. */
export function checkRowIds(statement: Tree, dataColumns: ReadonlySet<string>): void {
  if (dataColumns.has(ROW_ID)) return;
  walk(statement, (tree) => {
    const name = textOf(tree, 'class') === 'COLUMN_REF' ? textsOf(tree, 'column_names').at(-1) : undefined;
    const names = [name, ...textsOf(tree, 'using_columns')];
    if (names.some((one) => one?.toLowerCase() === ROW_ID)) {
      refuse('rowid is no column of data; rows are told apart by _sh_part, _sh_row_number');
    }
  });
}
