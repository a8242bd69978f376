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
 * values. The order of the first part counts. Throws `SH_INPUT_SCHEMA_DIFFERS` with every difference.
 */
export function mergeSchemas(parts: readonly NamedPart[]): DatasetSchema {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('a dataset version needs a part');
  let merged = first;
  for (const other of others) {
    const columns = merged.part.columns.map((column) => widened(column, merged, other));
    refuseDifferences(first, other, [...headerDifferences(first, other), ...columns.flatMap(differenceOf)]);
    const schema = columns.map(({ column }) => column);
    const report = { ...merged.report, columns: mergedReports(schema, merged, other) };
    merged = { ...merged, part: { ...merged.part, columns: schema }, report };
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

function headerDifferences(first: NamedPart, other: NamedPart): string[] {
  const mine = new Map(first.part.columns.map((column) => [column.sql_name, column.name]));
  const theirs = new Map(other.part.columns.map((column) => [column.sql_name, column.name]));
  const lacking = [...mine].filter(([key, name]) => theirs.get(key) !== name).map(([, name]) => name);
  const extra = [...theirs].filter(([key, name]) => mine.get(key) !== name).map(([, name]) => name);
  const said = [
    ...(lacking.length > 0 ? [`it lacks ${listed(lacking)}`] : []),
    ...(extra.length > 0 ? [`it has ${listed(extra)} besides`] : []),
  ];
  return said.length === 0 ? [] : [said.join(' and ')];
}

/** A column that holds both parts' values; or the types that no column can hold together. */
interface Widened {
  readonly column: Column;
  readonly differs?: { readonly here: ColumnType; readonly there: ColumnType };
}

function widened(column: Column, merged: NamedPart, other: NamedPart): Widened {
  const theirs = other.part.columns.find(({ sql_name }) => sql_name === column.sql_name);
  if (theirs === undefined || isEmpty(other, column.sql_name)) return { column };
  const type = isEmpty(merged, column.sql_name) ? theirs.type : leastUpperBound(column.type, theirs.type);
  if (type !== undefined) return { column: { ...column, type } };
  return { column, differs: { here: column.type, there: theirs.type } };
}

function differenceOf({ column, differs }: Widened): string[] {
  if (differs === undefined) return [];
  return [`column "${column.name}" is ${typeText(differs.there)} instead of ${typeText(differs.here)}`];
}

const SHOWN_DIFFERENCES = 20;

function refuseDifferences(first: NamedPart, other: NamedPart, differences: readonly string[]): void {
  if (differences.length === 0) return;
  const shown = differences.slice(0, SHOWN_DIFFERENCES);
  const left = differences.length - shown.length;
  const said = [...shown, ...(left > 0 ? [`and ${left} more`] : [])].join('; ');
  const advice = said.includes(' instead of ') ? ' (--type can make both text)' : '';
  const [path, firstPath] = [other.shownPath, first.shownPath];
  throw new HarnessError('SH_INPUT_SCHEMA_DIFFERS', { path, other: firstPath, difference: said + advice });
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
