import {
  type DuckDBConnection,
  DuckDBListType,
  DuckDBStructType,
  type DuckDBType,
  StatementType,
} from '@duckdb/node-api';
import type { Chunk, Derived, ResultColumn } from '../dataset.ts';
import { queryFailed, type Session } from '../session.ts';
import { RESULT_TYPES } from './allowlist.ts';
import { checkOrder } from './check-order.ts';
import { checkPlan } from './check-plan.ts';
import { checkSyntax } from './check-syntax.ts';
import { checkReadsData, constantColumns } from './constants.ts';
import { parseDerived, usedDerived } from './derived.ts';
import { refuse } from './refuse.ts';
import {
  appendTotalOrder,
  castDoubleLiterals,
  inlineRelation,
  orderInnerLimits,
  selectStar,
} from './rewrite.ts';
import {
  isTree,
  meaningOf,
  parseSelect,
  printSelect,
  type Tree,
  type TreeValue,
  textOf,
  textsOf,
  treeOf,
  withoutLocations,
} from './tree.ts';

const MAX_SQL_CHARACTERS = 200_000;
const VALUES_ALIAS = 'valueslist';

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

/** Lets a query of a plugin through, or refuses it (SH_QUERY_REFUSED, SH_QUERY_FAILED). */
export async function admit(
  session: Session,
  dataColumns: ReadonlySet<string>,
  asked: Asked,
): Promise<Admitted> {
  if (asked.sql.length > MAX_SQL_CHARACTERS)
    refuse(`its text is longer than ${MAX_SQL_CHARACTERS} characters`);
  const statement = await parseSelect(session, asked.sql);
  checkSyntax(statement, asked.parameterCount);
  const derived = await parseDerived(session, asked.derived, dataColumns);
  checkOrder(statement, new Set([...dataColumns, ...derived.map((column) => column.name.toLowerCase())]));
  inlineRelation(statement, usedDerived(statement, derived), asked.chunk);
  castDoubleLiterals(statement);
  orderInnerLimits(statement);
  const columns = await describe(session, await printSelect(session, statement));
  checkColumns(columns);
  const constants = constantColumns(
    statement,
    columns.map((column) => column.name),
  );
  appendTotalOrder(statement, columns.length);
  const sql = await printSelect(session, statement);
  await checkMeaning(session, sql, statement);
  await checkPlan(session, sql);
  checkReadsData(statement);
  return { sql, constants };
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

/** The text that is run has to mean what was checked: read again, it gives the same tree. */
async function checkMeaning(session: Session, sql: string, statement: Tree): Promise<void> {
  const again = await parseSelect(session, sql);
  if (meaningOf(comparable(again)) === meaningOf(comparable(statement))) return;
  refuse('it can not be written in a form that keeps its meaning; write it in a simpler way');
}

/** The tree without its places; a VALUES list is the same with and without the SELECT * that DuckDB prints for it. */
function comparable(statement: Tree): TreeValue {
  return unwrapValues(withoutLocations(statement['node'] ?? null));
}

function unwrapValues(value: TreeValue): TreeValue {
  if (Array.isArray(value)) return value.map(unwrapValues);
  if (!isTree(value)) return value;
  const inner = Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, unwrapValues(member ?? null)]),
  );
  const list = wrappedValues(inner);
  return list ? { ...list, alias: textOf(inner, 'alias') } : inner;
}

/** The VALUES list in `(SELECT * FROM (VALUES …) AS valueslist) AS valueslist`. */
function wrappedValues(table: Tree): Tree | undefined {
  if (
    textOf(table, 'type') !== 'SUBQUERY' ||
    textOf(table, 'alias') !== VALUES_ALIAS ||
    !isTree(table['subquery'])
  ) {
    return undefined;
  }
  if (textsOf(table, 'column_name_alias').length > 0) return undefined;
  const node = treeOf(table['subquery'], 'node');
  const list = node['from_table'];
  if (!isTree(list) || textOf(list, 'type') !== 'EXPRESSION_LIST') return undefined;
  const plain = meaningOf({ ...node, from_table: null }) === meaningOf({ ...selectStar(), from_table: null });
  return plain ? list : undefined;
}
