import type { Column } from '../../contract/index.ts';

/** What kind of values a column holds, as far as roles care. */
export type Family = 'number' | 'instant' | 'text' | 'boolean' | 'other';

export function familyOf(column: Column): Family {
  switch (column.type.kind) {
    case 'integer':
    case 'decimal':
    case 'double':
      return 'number';
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return 'instant';
    case 'text':
      return 'text';
    case 'boolean':
      return 'boolean';
    case 'time':
      return 'other';
  }
}

export function isWhole(column: Column): boolean {
  return column.type.kind === 'integer' || (column.type.kind === 'decimal' && column.type.scale === 0);
}

/** A date, time stamp or instant as TIMESTAMP (of UTC, the session's time zone). */
export function instant(expression: string): string {
  return `CAST(${expression} AS TIMESTAMP)`;
}
