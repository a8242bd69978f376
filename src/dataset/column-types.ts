import type { ColumnType } from '../contract/index.ts';

/** The DuckDB type of a column, as DuckDB itself writes it. */
export function duckdbType(type: ColumnType): string {
  switch (type.kind) {
    case 'integer':
      return 'BIGINT';
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'double':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'timestamp':
      return 'TIMESTAMP';
    case 'timestamptz':
      return 'TIMESTAMP WITH TIME ZONE';
    case 'text':
      return 'VARCHAR';
  }
}
