import {
  type DuckDBConnection,
  DuckDBListType,
  type DuckDBPreparedStatement,
  DuckDBStructType,
  type DuckDBType,
  StatementType,
} from '@duckdb/node-api';
import { MAX_SQL_CHARACTERS } from '../../contract/index.ts';
import type { Chunk, Derived, ResultColumn } from '../dataset.ts';
import { queryFailed, type Session } from '../session.ts';
import { RESULT_TYPES } from './allowlist.ts';
import { checkOrder } from './check-order.ts';
import { checkPlan } from './check-plan.ts';
import { checkRowIds } from './check-row-ids.ts';
import { checkSize } from './check-size.ts';
import { checkSyntax } from './check-syntax.ts';
import { checkReadsData, constantColumns } from './constants.ts';
import { parseDerived, usedDerived } from './derived.ts';
import { refuse } from './refuse.ts';
import {
  appendTotalOrder,
  castDoubleLiterals,
  countColumns,
  inlineRelation,
  orderInnerLimits,
} from './rewrite.ts';
import { meansTheSame } from './same-meaning.ts';
import { parseSelect, parseSelectAndPlan, printSelect, type Tree, treeOf } from './tree.ts';

export interface Asked {
  readonly sql: string;
  readonly parameterCount: number;
  readonly derived: Derived;
  readonly chunk?: Chunk | undefined;
}

export interface Admitted {
  /** The text to run, which is also the evidence: one SELECT over `data`, derived columns inlined, total order. */
  readonly sql: string;
  /** Names of the columns that hold what the query wrote down, and nothing of the data. */
  readonly constants: readonly string[];
}

/**
 * Lets a query of a plugin through, or refuses it (SH_QUERY_REFUSED, SH_QUERY_FAILED). Each step of it can't be stopped;
 * between them it ends when nobody waits for it any more.
 */
export async function admit(
  session: Session,
  dataColumns: ReadonlySet<string>,
  asked: Asked,
  signal: AbortSignal,
): Promise<Admitted> {
  if (asked.sql.length > MAX_SQL_CHARACTERS)
    refuse(`its text is longer than ${MAX_SQL_CHARACTERS} characters`);
  // Readers of C's texts would end there.
  if (asked.sql.includes('\0')) refuse('its text holds the character NUL');
  const statement = await parseSelect(session, asked.sql);
  signal.throwIfAborted();
  checkSyntax(statement, asked.parameterCount);
  const derived = await parseDerived(session, asked.derived, dataColumns);
  checkOrder(statement, new Set([...dataColumns, ...derived.map((column) => column.name.toLowerCase())]));
  inlineRelation(statement, usedDerived(statement, derived), asked.chunk);
  checkRowIds(statement, dataColumns);
  checkSize(statement);
  castDoubleLiterals(statement);
  orderInnerLimits(statement);
  signal.throwIfAborted();
  const { sql, columns } = await inTotalOrder(session, statement);
  signal.throwIfAborted();
  const constants = constantColumns(
    statement,
    columns.map((column) => column.name),
  );
  await checkPrinted(session, sql, statement);
  checkReadsData(statement);
  return { sql, constants };
}

interface OutputColumn extends ResultColumn {
  readonly duckdbType: DuckDBType;
}

/** Appends the total order to a statement, checks the columns that come out, and prints it. */
async function inTotalOrder(
  session: Session,
  statement: Tree,
): Promise<{ readonly sql: string; readonly columns: readonly OutputColumn[] }> {
  const known = countColumns(treeOf(statement, 'node'));
  const count = known ?? (await describe(session, await printSelect(session, statement))).length;
  appendTotalOrder(statement, count);
  const sql = await printSelect(session, statement);
  const columns = await describe(session, sql);
  if (columns.length !== count) throw new Error(`${columns.length} columns instead of ${count}`);
  checkColumns(columns);
  return { sql, columns };
}

/** The text that is run has to mean what was checked, so that read again it gives the same tree; and its plan is checked. */
async function checkPrinted(session: Session, sql: string, statement: Tree): Promise<void> {
  const again = await parseSelectAndPlan(session, sql);
  if (!meansTheSame(again.statement['node'], statement['node'])) {
    refuse('it can not be written in a form that keeps its meaning; write it in a simpler way');
  }
  checkPlan(again.plan);
}

/** The columns of one SELECT, bound and not run. */
function describe(session: Session, sql: string): Promise<readonly OutputColumn[]> {
  const columnsOf = (statement: DuckDBPreparedStatement) =>
    Array.from({ length: statement.columnCount }, (_, index) => ({
      name: statement.columnName(index),
      type: String(statement.columnType(index)),
      duckdbType: statement.columnType(index),
    }));
  return session.prepareAndKeep(sql, (connection) => prepareOne(connection, sql), columnsOf);
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
    if (names.has(name))
      refuse(`two columns of its result are called ${name}; give them different names with AS`);
    names.add(name);
    if (!isResultType(duckdbType))
      refuse(`its column ${name} has type ${type}; cast it to VARCHAR or to a number`);
    if (hasUnnamedField(duckdbType))
      refuse(`its column ${name} is a struct with unnamed fields; name them: {'a': …, 'b': …}`);
  }
}

function isResultType(type: DuckDBType): boolean {
  if (type instanceof DuckDBListType) return isResultType(type.valueType);
  if (type instanceof DuckDBStructType) return type.entryTypes.every(isResultType);
  const name = String(type).replace(/\(.*$/, '').replace('TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ');
  return RESULT_TYPES.includes(name);
}

/** Whether fields of a struct, however deep, have no name; as JSON all but one of them would be lost. */
function hasUnnamedField(type: DuckDBType): boolean {
  if (type instanceof DuckDBListType) return hasUnnamedField(type.valueType);
  if (!(type instanceof DuckDBStructType)) return false;
  return type.entryNames.some((name) => name === '') || type.entryTypes.some(hasUnnamedField);
}
