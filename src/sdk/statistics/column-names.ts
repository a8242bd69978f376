import type { Context } from '../context.ts';
import type { FieldInput } from '../inputs.ts';
import { byText } from '../text-order.ts';
import type { Measure } from './table-view.ts';

/** Part of a template, with the fields that it names. */
export interface Phrase {
  readonly text: string;
  readonly fields: Readonly<Record<string, FieldInput>>;
}

/** A column of the table, or a measure that was derived. */
export interface NamedColumn {
  readonly sqlName: string;
  readonly derived?: boolean;
  readonly unit?: string;
}

/** A column by its header, as the field `field`; a derived measure by its words: `eligible_wait_s` is “eligible wait”. */
export function columnPhrase(ctx: Context, sqlName: string, field: string): Phrase {
  if (isSourceColumn(ctx, sqlName))
    return { text: `{${field}}`, fields: { [field]: { column_name: sqlName } } };
  return { text: derivedColumnWords(sqlName), fields: {} };
}

/** The same with an article, where a sentence speaks of it: “the eligible wait”. */
export function namedColumn(field: string, { sqlName, derived }: NamedColumn): Phrase {
  if (derived === true) return { text: `the ${derivedColumnWords(sqlName)}`, fields: {} };
  return { text: `{${field}}`, fields: { [field]: { column_name: sqlName } } };
}

/** What a finding is about: the table's own columns as target, columns that were derived as scope. */
export function aboutColumns(columns: readonly NamedColumn[], role = 'columns') {
  const names = (wanted: boolean) =>
    [
      ...new Set(columns.filter(({ derived = false }) => derived === wanted).map(({ sqlName }) => sqlName)),
    ].sort(byText);
  const derived = names(true);
  return {
    target: { [role]: { columns: names(false) } },
    ...(derived.length > 0 && { scope: { derived: derived.join(', ') } }),
  };
}

/** False for a measure that the table view derived. */
export function isSourceColumn(ctx: Context, sqlName: string): boolean {
  return ctx.schema.some((column) => column.sql_name === sqlName);
}

/** A column's header, or the words of a derived measure, for tables and charts. */
export function plainColumnName(ctx: Context, sqlName: string): string {
  return isSourceColumn(ctx, sqlName) ? ctx.column(sqlName).name : derivedColumnWords(sqlName);
}

/** A column's label in a chart; a derived measure's with its unit. */
export function columnLabel(ctx: Context, { sqlName, derived, unit }: NamedColumn): string {
  const name = plainColumnName(ctx, sqlName);
  return derived === true && unit !== undefined ? `${name} (${unit})` : name;
}

/** The unit of a measure's field, where it has one. */
export function unitOf(measure: Measure): { readonly unit?: string } {
  return measure.unit === undefined ? {} : { unit: measure.unit };
}

/** A value of a column as a field, in the column's unit. */
export function inUnit(from: FieldInput, { unit }: NamedColumn): FieldInput {
  return 'from' in from || unit === undefined ? from : { from, unit };
}

/** The first letter as a sentence begins. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const WORDS: Readonly<Record<string, string>> = { service: 'service time' };

/** A derived measure's name in words, without its unit: `service_s` is “service time”. */
export function derivedColumnWords(sqlName: string): string {
  const words = sqlName.replace(/_s_*$/, '').replaceAll('_', ' ').trim();
  return WORDS[words] ?? words;
}
