import { literal } from '../../src/sdk/index.ts';
import type { Surveyed } from './survey.ts';

/** A cell's text as an SQL value of the column's type. */
export function valueSql({ column: { type } }: Surveyed, text: string): string {
  switch (type.kind) {
    case 'integer':
      return `CAST(${literal(text)} AS BIGINT)`;
    case 'decimal':
      return `CAST(${literal(text)} AS DECIMAL(${type.precision},${type.scale}))`;
    case 'timestamptz':
      return `CAST(${literal(text)} AS TIMESTAMP WITH TIME ZONE)`;
    default:
      return `CAST(${literal(text)} AS ${type.kind.toUpperCase()})`;
  }
}

/** A text as SQL; NULL where SQL can't write it (with a NUL). */
export function textSql(text: string): string {
  return text.includes('\0') ? 'NULL' : literal(text);
}
