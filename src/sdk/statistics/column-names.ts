import type { Context, FieldInput } from '../context.ts';
import type { Measure } from './table-view.ts';

/** Part of a template, with the fields that it names. */
export interface Phrase {
  readonly text: string;
  readonly fields: Readonly<Record<string, FieldInput>>;
}

/** A column by its header, as the field `field`; a derived measure by its words: `eligible_wait_s` is “eligible wait”. */
export function columnPhrase(ctx: Context, sqlName: string, field: string): Phrase {
  if (isSourceColumn(ctx, sqlName))
    return { text: `{${field}}`, fields: { [field]: { column_name: sqlName } } };
  return { text: wordsOf(sqlName), fields: {} };
}

/** False for a measure that the table view derived. */
export function isSourceColumn(ctx: Context, sqlName: string): boolean {
  return ctx.schema.some((column) => column.sql_name === sqlName);
}

/** A column's header, or the words of a derived measure, for tables and charts. */
export function plainColumnName(ctx: Context, sqlName: string): string {
  return isSourceColumn(ctx, sqlName) ? ctx.column(sqlName).name : wordsOf(sqlName);
}

/** The unit of a measure's field, where it has one. */
export function unitOf(measure: Measure): { readonly unit?: string } {
  return measure.unit === undefined ? {} : { unit: measure.unit };
}

const WORDS: Readonly<Record<string, string>> = { service: 'service time' };

/** A derived measure's name in words, without its unit. */
function wordsOf(sqlName: string): string {
  const words = sqlName.replace(/_s_*$/, '').replaceAll('_', ' ').trim();
  return WORDS[words] ?? words;
}
