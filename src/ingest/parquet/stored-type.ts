import type { ColumnType } from '../../contract/index.ts';

/** How a column of a Parquet file is taken over. */
export interface Taken {
  readonly type: ColumnType;
  /** True where the values have to be cast to the column's own DuckDB type. */
  readonly cast: boolean;
  readonly note?: string;
}

const INTEGERS = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER']);
const TEXTS = new Set(['VARCHAR', 'UUID', 'JSON']);

/** What a column stored as this DuckDB type becomes; undefined where it can't be held without loss or guessing. */
export function takenAs(duckdbType: string): Taken | undefined {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(duckdbType);
  if (decimal !== null) {
    const type = { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) } as const;
    return { type, cast: false };
  }
  if (INTEGERS.has(duckdbType)) return { type: { kind: 'integer' }, cast: true };
  if (TEXTS.has(duckdbType) || duckdbType.startsWith('ENUM(')) return { type: { kind: 'text' }, cast: true };
  switch (duckdbType) {
    case 'UBIGINT':
      return { type: { kind: 'decimal', precision: 20, scale: 0 }, cast: true };
    case 'FLOAT':
      return { type: { kind: 'double' }, cast: true, note: 'single precision in the file, double here' };
    case 'DOUBLE':
      return { type: { kind: 'double' }, cast: false };
    case 'BOOLEAN':
      return { type: { kind: 'boolean' }, cast: false };
    case 'DATE':
      return { type: { kind: 'date' }, cast: false };
    case 'TIME':
      return { type: { kind: 'time' }, cast: false };
    case 'TIME_NS':
      return { type: { kind: 'time' }, cast: true, note: TO_MICROSECONDS };
    case 'TIMESTAMP':
      return { type: { kind: 'timestamp' }, cast: false };
    case 'TIMESTAMP_S':
    case 'TIMESTAMP_MS':
      return { type: { kind: 'timestamp' }, cast: true };
    case 'TIMESTAMP_NS':
      return { type: { kind: 'timestamp' }, cast: true, note: TO_MICROSECONDS };
    case 'TIMESTAMP WITH TIME ZONE':
      return { type: { kind: 'timestamptz' }, cast: false };
    default:
      return undefined;
  }
}

const TO_MICROSECONDS = 'nanoseconds in the file, microseconds here';
