import type { Chunk, Derived } from './dataset.ts';
import { checkPlan } from './gate/check-plan.ts';
import { checkRowIds } from './gate/check-row-ids.ts';
import { parseDerived, usedDerived } from './gate/derived.ts';
import { castDoubleLiterals, inlineRelation } from './gate/rewrite.ts';
import { parseSelect, planOf, printSelect, treeOf } from './gate/tree.ts';
import type { Session } from './session.ts';
import { quoteName } from './sql-text.ts';

/** Rows of `data` to be read in the order of the source. */
export interface Scan {
  readonly columns: readonly string[];
  readonly derived?: Derived | undefined;
  readonly chunk?: Chunk | undefined;
  /** A condition that a plugin wrote: one boolean expression over the columns. */
  readonly where?: string | undefined;
}

/**
 * `SELECT _sh_part, _sh_row_number, columns… FROM data WHERE …` with derived columns and the chunk inlined. Without
 * ORDER BY: DuckDB keeps the order of the source. Expressions of plugins go through the gate.
 */
export async function scanSql(
  session: Session,
  dataColumns: ReadonlySet<string>,
  scan: Scan,
): Promise<string> {
  const names = ['_sh_part', '_sh_row_number', ...scan.columns.map(quoteName)];
  const statement = await parseSelect(session, `SELECT ${names.join(', ')} FROM data`);
  const derived = await parseDerived(session, scan.derived ?? [], dataColumns);
  if (scan.where !== undefined) {
    const condition = { name: 'where_clause', sql: scan.where };
    const all = new Set([...dataColumns, ...derived.map((column) => column.name.toLowerCase())]);
    const [parsed] = await parseDerived(session, [condition], all);
    treeOf(statement, 'node')['where_clause'] = parsed?.expression ?? null;
  }
  inlineRelation(statement, usedDerived(statement, derived), scan.chunk);
  checkRowIds(statement, dataColumns);
  castDoubleLiterals(statement);
  const sql = await printSelect(session, statement);
  checkPlan(await planOf(session, sql));
  return sql;
}
