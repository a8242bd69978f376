import { HarnessError } from '../../base/index.ts';
import type { Column, IngestColumn } from '../../contract/index.ts';
import { shownText } from '../shown-text.ts';
import { columnsOf, type SqlNames, sqlNames } from '../sql-names.ts';
import { unknownColumn } from '../unknown-column.ts';
import { type ColumnTally, markerCounts, offsetCounts } from './column-tally.ts';
import { decideType, type HowWritten, type TypeDecision } from './column-type.ts';
import { type ForcedType, forcedTypeText, parseForcedType } from './forced-type.ts';
import { type ColumnReading, readingOf } from './read-expression.ts';
import type { Tallied } from './tallied.ts';
import { textColumnNotes } from './text-notes.ts';

/** The columns of a table with their types, and why. */
export interface TypedColumns {
  readonly columns: readonly Column[];
  readonly decisions: readonly TypeDecision[];
  readonly forced: readonly (ForcedType | undefined)[];
  readonly names: SqlNames;
}

/** The forced types by header; throws `SH_CONFIG_INVALID` for a type that isn't known. */
export function parseForcedTypes(types: Readonly<Record<string, string>>): Map<string, ForcedType> {
  return new Map(Object.entries(types).map(([column, text]) => [column, parseForcedType(column, text)]));
}

/** Forced types as options hold them: each in its one written form. */
export function forcedTypeTexts(forced: ReadonlyMap<string, ForcedType>): Record<string, string> {
  return Object.fromEntries([...forced].map(([column, type]) => [column, forcedTypeText(type)]));
}

/** Refuses a forced type for a column that is not there: `SH_INPUT_UNKNOWN_COLUMN`. */
export function refuseUnknownColumns(
  headers: readonly string[],
  forced: ReadonlyMap<string, ForcedType>,
): void {
  for (const column of forced.keys()) {
    if (!headers.includes(column)) throw unknownColumn('--type', column, headers);
  }
}

/** Decides the type of every column from its tally, or takes the one that is forced. */
export function typeColumns(
  headers: readonly string[],
  forced: readonly (ForcedType | undefined)[],
  tallied: Tallied,
  how: HowWritten,
): TypedColumns {
  const decisions = tallied.columns.map((tally, i) => decide(tally, forced[i], how));
  const names = sqlNames(headers);
  const types = decisions.map(({ type }) => type);
  return { columns: columnsOf(headers, names, types), decisions, forced, names };
}

function decide(tally: ColumnTally, forced: ForcedType | undefined, how: HowWritten): TypeDecision {
  if (forced === undefined) return decideType(tally, how);
  const why = `forced to ${forcedTypeText(forced)}`;
  if (forced.kind !== 'decimal') return { type: { kind: forced.kind }, why, forced: true };
  const needed = tally.integerDigits + tally.significantFraction;
  const digits = forced.digits ?? {
    precision: Math.min(38, Math.max(1, needed)),
    scale: tally.significantFraction,
  };
  return { type: { kind: 'decimal', ...digits }, why };
}

/** A type that would leave a column of values without any is a slip, not a wish: `SH_INPUT_TYPE_FITS_NOTHING`. */
export function refuseTypesThatFitNothing(shownPath: string, typed: TypedColumns, tallied: Tallied): void {
  typed.columns.forEach(({ name }, i) => {
    const forced = typed.forced[i];
    const [example] = tallied.rejected[i]?.cells ?? [];
    if (forced === undefined || example === undefined || (tallied.columns[i]?.values ?? 0) > 0) return;
    throw new HarnessError('SH_INPUT_TYPE_FITS_NOTHING', {
      path: shownPath,
      column: name,
      type: forcedTypeText(forced),
      example: shownText(example.text, 60),
      row: example.row_number,
    });
  });
}

/** How each column is read from its texts. */
export function readingsOf(typed: TypedColumns, tallied: Tallied): ColumnReading[] {
  return typed.columns.map((column, i) =>
    readingOf(i, column.type, tallyOf(tallied, i), {
      forced: typed.forced[i],
      dayFirst: typed.forced[i]?.dayFirst ?? typed.decisions[i]?.dayFirst,
    }),
  );
}

/** What the ingest report says of each column. */
export function columnReports(typed: TypedColumns, tallied: Tallied): IngestColumn[] {
  return typed.columns.map((column, i) => {
    const tally = tallyOf(tallied, i);
    const rejected = tallied.rejected[i];
    return {
      ...column,
      why: typed.decisions[i]?.why ?? '',
      missing: tallied.rows - valuesOf(column, tally),
      markers: column.type.kind === 'text' ? [] : markerCounts(tally),
      offsets: column.type.kind === 'timestamptz' ? offsetCounts(tally) : [],
      rejected: [...(rejected?.cells ?? [])],
      rejected_count: rejected?.count ?? 0,
    };
  });
}

/** Cells of a column that are not missing. */
export function valuesOf(column: Column, tally: ColumnTally): number {
  if (column.type.kind !== 'text') return tally.values;
  let markers = 0;
  for (const count of tally.markers.values()) markers += count;
  return tally.values + tally.quotedEmpty + markers;
}

/** What the operator must know of how columns were typed. */
export function columnNotes(typed: TypedColumns, tallied: Tallied): string[] {
  return typed.columns.flatMap((column, i) => {
    const decision = typed.decisions[i];
    if (decision === undefined) return [];
    if (column.type.kind === 'text') return textColumnNotes(column.name, tallyOf(tallied, i), decision);
    return decision.note === undefined ? [] : [`column "${column.name}": ${decision.note}`];
  });
}

/** What forced types cost, before all other notes: cells that held something and are missing now. */
export function forcedNotes(
  types: Readonly<Record<string, string>>,
  typed: TypedColumns,
  tallied: Tallied,
): string[] {
  return typed.columns.flatMap((column, i) => {
    const rejected = tallied.rejected[i]?.count ?? 0;
    const first = tallied.rejected[i]?.cells[0];
    if (rejected === 0 || first === undefined) return [];
    const cells = rejected + tallyOf(tallied, i).values;
    const asked = types[column.name] ?? column.type.kind;
    const missing = rejected === 1 ? 'did not fit and is missing now' : 'did not fit and are missing now';
    const example = `the first: "${shownText(first.text, 60)}" in row ${first.row_number}`;
    return [
      `--type ${column.name}=${asked}: ${rejected} of ${cells} cells ${missing} (${example}); see rejected`,
    ];
  });
}

function tallyOf(tallied: Tallied, i: number): ColumnTally {
  const tally = tallied.columns[i];
  if (tally === undefined) throw new Error(`column ${i + 1} was not tallied`);
  return tally;
}
