import { type DuckDBConnection, DuckDBListType, DuckDBStructType, type DuckDBType, StatementType } from '@duckdb/node-api';
import type { Chunk, Derived, ResultColumn } from '../dataset.ts';
import { queryFailed, type Session } from '../session.ts';
import { RESULT_TYPES } from './allowlist.ts';
import { checkOrder } from './check-order.ts';
import { checkPlan } from './check-plan.ts';
import { checkSyntax } from './check-syntax.ts';
import { parseDerived, usedDerived } from './derived.ts';
import { refuse } from './refuse.ts';
import { appendTotalOrder, castDoubleLiterals, inlineRelation, orderInnerLimits } from './rewrite.ts';
import { meaningOf, parseSelect, printSelect, type Tree, withoutLocations } from './tree.ts';

const MAX_SQL_CHARACTERS = 200_000;

export interface Asked {
  readonly sql: string;
  readonly parameterCount: number;
  readonly derived: Derived;
  readonly chunk?: Chunk | undefined;
}

/**
 * Lets a query of a plugin through, or refuses it (SH_QUERY_REFUSED, SH_QUERY_FAILED). Gives the text to run, which
 * is also its evidence: one SELECT over `data` with derived columns inlined and a total order.
 */
export async function admit(session: Session, dataColumns: ReadonlySet<string>, asked: Asked): Promise<string> {
  if (asked.sql.length > MAX_SQL_CHARACTERS) refuse(`its text is longer than ${MAX_SQL_CHARACTERS} characters`);
  const statement = await parseSelect(session, asked.sql);
  checkSyntax(statement, asked.parameterCount);
  const derived = await parseDerived(session, asked.derived, dataColumns);
  checkOrder(statement, new Set([...dataColumns, ...derived.map((column) => column.name.toLowerCase())]));
  inlineRelation(statement, usedDerived(statement, derived), asked.chunk);
  castDoubleLiterals(statement);
  orderInnerLimits(statement);
  const columns = await describe(session, await printSelect(session, statement));
  checkColumns(columns);
  appendTotalOrder(statement, columns.length);
  const sql = await printSelect(session, statement);
  await checkMeaning(session, sql, statement);
  await checkPlan(session, sql);
  return sql;
}

interface OutputColumn extends ResultColumn {
  readonly duckdbType: DuckDBType;
}

/** The columns of one SELECT, bound and not run. */
async function describe(session: Session, sql: string): Promise<readonly OutputColumn[]> {
  return session.use(async (connection) => {
    const statement = await prepareOne(connection, sql);
    try {
      return Array.from({ length: statement.columnCount }, (_, index) => ({
        name: statement.columnName(index),
        type: String(statement.columnType(index)),
        duckdbType: statement.columnType(index),
      }));
    } finally {
      statement.destroySync();
    }
  });
}

async function prepareOne(connection: DuckDBConnection, sql: string) {
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) refuse(`it holds ${statements.count} statements`);
    const statement = await statements.prepare(0);
    if (statement.statementType !== StatementType.SELECT) refuse('it is not a SELECT');
    return statement;
  } catch (error) {
    throw queryFailed(error);
  }
}

function checkColumns(columns: readonly OutputColumn[]): void {
  const names = new Set<string>();
  for (const { name, type, duckdbType } of columns) {
    if (names.has(name)) refuse(`two columns of its result are called ${name}; give them different names with AS`);
    names.add(name);
    if (!isResultType(duckdbType)) refuse(`its column ${name} has type ${type}; cast it to VARCHAR or to a number`);
  }
}

function isResultType(type: DuckDBType): boolean {
  if (type instanceof DuckDBListType) return isResultType(type.valueType);
  if (type instanceof DuckDBStructType) return type.entryTypes.every(isResultType);
  const name = String(type).replace(/\(.*$/, '').replace('TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ');
  return RESULT_TYPES.includes(name);
}

/** The text that is run has to mean what was checked: read again, it gives the same tree. */
async function checkMeaning(session: Session, sql: string, statement: Tree): Promise<void> {
  const again = await parseSelect(session, sql);
  if (meaningOf(comparable(again)) === meaningOf(comparable(statement))) return;
  refuse('it can not be written in a form that keeps its meaning; write it in a simpler way');
}

function comparable(statement: Tree) {
  return withoutLocations(statement['node'] ?? null);
}
