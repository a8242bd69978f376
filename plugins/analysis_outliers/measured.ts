import { type Context, type FieldInput, identifier, type Measure } from '../../src/sdk/index.ts';

/** A measure as queries and templates name it. */
export interface Measured {
  readonly measure: Measure;
  readonly sql: string;
  /** SQL that is true where there is a finite value. */
  readonly isPresent: string;
  /** Smallest step between two values that the column's type can hold; 0 for floating-point numbers. */
  readonly step: number;
}

export function measured(ctx: Context, measure: Measure): Measured {
  const sql = identifier(measure.sqlName);
  const type = ctx.schema.find((column) => column.sql_name === measure.sqlName)?.type;
  const isDouble = type?.kind === 'double';
  return {
    measure,
    sql,
    isPresent: isDouble ? `isfinite(${sql})` : `${sql} IS NOT NULL`,
    step: isDouble ? 0 : type?.kind === 'integer' ? 1 : 10 ** -(type?.kind === 'decimal' ? type.scale : 6),
  };
}

/** How templates name a column: a mark of a field with its header, or words for one that the table does not hold. */
export function named(key: string, { derived, sqlName }: Measure): string {
  return derived ? `the ${sqlName.replace(/_s_*$/, '').replaceAll('_', ' ')}` : `{${key}}`;
}

export function nameFields(key: string, { derived, sqlName }: Measure): Record<string, FieldInput> {
  return derived ? {} : { [key]: { column_name: sqlName } };
}

/** The table's own columns as target, columns that were derived as scope. */
export function about(measures: readonly Measure[], others: readonly string[] = []) {
  const own = measures.filter(({ derived }) => !derived).map(({ sqlName }) => sqlName);
  const derived = measures.filter((measure) => measure.derived).map(({ sqlName }) => sqlName);
  return {
    target: { columns: { columns: [...own, ...others].sort(byText) } },
    scope: derived.length > 0 ? { derived: derived.sort(byText).join(', ') } : {},
  };
}

/** A field with the unit of its measure. */
export function inUnit(from: FieldInput, { unit }: Measure): FieldInput {
  return 'from' in from || unit === undefined ? from : { from, unit };
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
