import { DuckDBDecimalType, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import type { Chunk, Derived } from './dataset.ts';
import { parseDerived, usedDerived } from './gate/derived.ts';
import { refuse } from './gate/refuse.ts';
import { parseSelect } from './gate/tree.ts';
import { scanSql } from './scan.ts';
import { queryFailed, type Session } from './session.ts';
import { quoteName } from './sql-text.ts';

/** What exact aggregates are computed on. */
export interface ExactSource {
  readonly session: Session;
  /** Lower-case names of the columns of `data`, the row identity among them. */
  readonly dataColumns: ReadonlySet<string>;
  readonly chunks: readonly Chunk[];
  readonly rowCount: number;
}

/** A column of numbers, and how batches carry it: integers and decimals as integers × 10^-scale, or doubles. */
export interface NumericColumn {
  readonly name: string;
  readonly base: 2 | 10;
  readonly scale: number;
  readonly layout: 'int64' | 'int128' | 'float64';
  /** Most digits that a value can have. */
  readonly digits: number;
  /** The SQL type of the layout. */
  readonly type: string;
}

/** What an exact aggregate reads, checked: columns that are there and hold numbers. */
export interface NumericScan {
  readonly numbers: readonly NumericColumn[];
  readonly groupBy: readonly string[];
  /** Those derived columns that are used. */
  readonly derived: Derived;
  /** `SELECT _sh_part, _sh_row_number, group columns, numbers FROM data WHERE …`, in source order. */
  sqlOf(chunk: Chunk | undefined): string;
}

interface Wanted {
  readonly columns: readonly string[];
  readonly groupBy: readonly string[];
  readonly where?: string;
  readonly derived?: Derived;
}

/** Checks what is asked for: names, types, expressions (by the gate). Refuses with SH_QUERY_REFUSED. */
export async function numericScan(source: ExactSource, wanted: Wanted): Promise<NumericScan> {
  const { columns, groupBy, where } = wanted;
  checkNames(source, wanted);
  const derived = await derivedInUse(source, wanted);
  const names = uniqueNames([...groupBy, ...columns]);
  const whole = await scanSql(source.session, source.dataColumns, { columns: names, derived, where });
  const types = await typesOf(source.session, whole);
  const numbers = columns.map((name) => numericColumn(name, types.get(name.toLowerCase())));
  return { numbers, groupBy, derived, sqlOf: (chunk) => (chunk ? rowsOf(whole, chunk) : whole) };
}

/** What of a scan lies in a chunk: DuckDB takes the condition down to where it reads. */
function rowsOf(scan: string, { part, firstRow, lastRow }: Chunk): string {
  return `SELECT * FROM (${scan}) AS scanned WHERE _sh_part = ${part} AND _sh_row_number BETWEEN ${firstRow} AND ${lastRow}`;
}

/** Refuses names that are not there, or twice, or none. */
export function checkNames({ dataColumns }: ExactSource, { columns, groupBy, derived = [] }: Wanted): void {
  const known = new Set([...dataColumns, ...derived.map(({ name }) => name.toLowerCase())]);
  for (const name of [...columns, ...groupBy]) {
    if (!known.has(name.toLowerCase())) refuse(`there is no column ${name}`);
  }
  for (const names of [columns, groupBy]) {
    if (uniqueNames(names).length < names.length) refuse('it names a column twice');
  }
  if (columns.length === 0) refuse('it names no column to compute with');
}

function uniqueNames(names: readonly string[]): readonly string[] {
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}

/** The definitions that columns, groups and condition use, directly or through others. */
async function derivedInUse(source: ExactSource, wanted: Wanted): Promise<Derived> {
  const { columns, groupBy, where, derived = [] } = wanted;
  if (derived.length === 0) return [];
  const names = [...columns, ...groupBy].map(quoteName).join(', ');
  const statement = await parseSelect(source.session, `SELECT ${names} FROM data`);
  const trees = await parseDerived(source.session, derived, source.dataColumns);
  if (where !== undefined) {
    const taken = new Set([...source.dataColumns, ...trees.map(({ name }) => name.toLowerCase())]);
    const [condition] = await parseDerived(source.session, [{ name: 'where_clause', sql: where }], taken);
    statement['condition'] = condition?.expression;
  }
  const used = new Set(usedDerived(statement, trees).map(({ name }) => name));
  return derived.filter(({ name }) => used.has(name));
}

/** Types of a statement's columns by lower-case name. */
async function typesOf(session: Session, sql: string): Promise<ReadonlyMap<string, DuckDBType>> {
  return session.use(async (connection) => {
    try {
      const statement = await connection.prepare(sql);
      const columns = Array.from({ length: statement.columnCount }, (_, index) => index);
      const types = columns.map((index): [string, DuckDBType] => [
        statement.columnName(index).toLowerCase(),
        statement.columnType(index),
      ]);
      statement.destroySync();
      return new Map(types);
    } catch (error) {
      throw queryFailed(error);
    }
  });
}

function numericColumn(name: string, type: DuckDBType | undefined): NumericColumn {
  switch (type?.typeId) {
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return { name, base: 10, scale: 0, layout: 'int64', digits: 19, type: 'BIGINT' };
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
      return { name, base: 10, scale: 0, layout: 'int128', digits: 38, type: 'DECIMAL(38,0)' };
    case DuckDBTypeId.DECIMAL:
      return decimalColumn(name, type);
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return { name, base: 2, scale: 0, layout: 'float64', digits: 0, type: 'DOUBLE' };
    default:
      return refuse(
        `the column ${name} has type ${String(type)}; exact aggregates need numbers, so derive one from it`,
      );
  }
}

function decimalColumn(name: string, type: DuckDBType): NumericColumn {
  const { width, scale } = type instanceof DuckDBDecimalType ? type : { width: 38, scale: 0 };
  const [layout, digits] = width <= 18 ? (['int64', 18] as const) : (['int128', 38] as const);
  return { name, base: 10, scale, layout, digits: width, type: `DECIMAL(${digits},${scale})` };
}
