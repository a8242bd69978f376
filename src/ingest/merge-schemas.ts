import { HarnessError } from '../base/index.ts';
import type { Column, ColumnType, DatasetSchema } from '../contract/index.ts';
import type { StoredPart } from './part-store.ts';

const MOST_DIGITS = 38;
const INTEGER_DIGITS = 19;

/** A part, and the name of its file for the operator. */
export interface NamedPart extends StoredPart {
  readonly shownPath: string;
}

/**
 * The one schema of several parts: the same headers, and for each the narrowest type that holds all its parts'
 * values. The order of the first part counts. Throws `SH_INPUT_SCHEMA_DIFFERS` with the difference.
 */
export function mergeSchemas(parts: readonly NamedPart[]): DatasetSchema {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('a dataset version needs a part');
  let merged = first;
  for (const other of others) {
    refuseOtherHeaders(first, other);
    const columns = merged.part.columns.map((column) => widened(column, merged, other, first.shownPath));
    const report = { ...merged.report, columns: mergedReports(columns, merged, other) };
    merged = { ...merged, part: { ...merged.part, columns }, report };
  }
  return { schema_version: 'dataset_schema.v1', columns: merged.part.columns };
}

/** Columns stay without values only while no part has one. */
function mergedReports(columns: readonly Column[], merged: NamedPart, other: NamedPart) {
  return columns.map((column, i) => {
    const own = merged.report.columns[i];
    if (own === undefined) throw new Error(`no report on column ${column.sql_name}`);
    const empty = isEmpty(merged, column.sql_name) && isEmpty(other, column.sql_name);
    return { ...own, missing: empty ? merged.report.row_count : -1 };
  });
}

function refuseOtherHeaders(first: NamedPart, other: NamedPart): void {
  const mine = new Map(first.part.columns.map((column) => [column.sql_name, column.name]));
  const theirs = new Map(other.part.columns.map((column) => [column.sql_name, column.name]));
  const lacking = [...mine].filter(([key, name]) => theirs.get(key) !== name).map(([, name]) => name);
  const extra = [...theirs].filter(([key, name]) => mine.get(key) !== name).map(([, name]) => name);
  if (lacking.length + extra.length === 0) return;
  const said = [
    ...(lacking.length > 0 ? [`it lacks ${listed(lacking)}`] : []),
    ...(extra.length > 0 ? [`it has ${listed(extra)} besides`] : []),
  ];
  throw differs(first.shownPath, other.shownPath, said.join(' and '));
}

function widened(column: Column, merged: NamedPart, other: NamedPart, firstPath: string): Column {
  const theirs = other.part.columns.find(({ sql_name }) => sql_name === column.sql_name);
  if (theirs === undefined) throw new Error(`no column ${column.sql_name}`);
  if (isEmpty(other, column.sql_name)) return column;
  const type = isEmpty(merged, column.sql_name) ? theirs.type : leastUpperBound(column.type, theirs.type);
  if (type !== undefined) return { ...column, type };
  const [here, there] = [typeText(theirs.type), typeText(column.type)];
  const difference = `column "${column.name}" is ${here} instead of ${there} (--type can make both text)`;
  throw differs(firstPath, other.shownPath, difference);
}

/** A column that holds no value at all fits any type. */
function isEmpty(part: NamedPart, sqlName: string): boolean {
  const report = part.report.columns.find((column) => column.sql_name === sqlName);
  return report !== undefined && report.missing === part.report.row_count && report.type.kind === 'text';
}

/**
 * The narrowest type that holds both, as if their cells had stood in one file: integer ⊂ decimal ⊂ double,
 * date ⊂ timestamp. Undefined where that would be text: the parts no longer hold the texts as written.
 */
export function leastUpperBound(a: ColumnType, b: ColumnType): ColumnType | undefined {
  if (a.kind === b.kind && a.kind !== 'decimal') return a;
  const kinds = new Set([a.kind, b.kind]);
  const within = (...allowed: ColumnType['kind'][]) => [...kinds].every((kind) => allowed.includes(kind));
  if (within('integer', 'decimal')) return decimalFor(a, b);
  if (within('integer', 'decimal', 'double')) return { kind: 'double' };
  if (within('date', 'timestamp')) return { kind: 'timestamp' };
  return undefined;
}

function decimalFor(a: ColumnType, b: ColumnType): ColumnType | undefined {
  const scale = Math.max(scaleOf(a), scaleOf(b));
  const precision = scale + Math.max(leadOf(a), leadOf(b));
  return precision > MOST_DIGITS ? undefined : { kind: 'decimal', precision, scale };
}

function scaleOf(type: ColumnType): number {
  return type.kind === 'decimal' ? type.scale : 0;
}

function leadOf(type: ColumnType): number {
  return type.kind === 'decimal' ? type.precision - type.scale : INTEGER_DIGITS;
}

function typeText(type: ColumnType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return names.length > 5 ? `${shown.join(', ')} and ${names.length - 5} more` : shown.join(', ');
}

function differs(other: string, path: string, difference: string): HarnessError {
  return new HarnessError('SH_INPUT_SCHEMA_DIFFERS', { path, other, difference });
}
