import type { ColumnType } from '../../contract/index.ts';
import { duckdbType } from '../../dataset/index.ts';

/** How a column of a Parquet file is taken over. */
export interface Taken {
  readonly type: ColumnType;
  /** SQL that makes a value of the type out of a stored one. */
  sql(stored: string): string;
  /** What is not as in the file. */
  readonly note?: string;
}

const INTEGERS = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER']);
const TEXTS = new Set(['VARCHAR', 'UUID', 'JSON']);

/** What a column stored as this DuckDB type becomes; bytes have `bytesAsText` and `bytesAsHex`. */
export function takenAs(stored: string): Taken {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(stored);
  if (decimal !== null) {
    return asIs({ kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) });
  }
  if (INTEGERS.has(stored)) return cast({ kind: 'integer' });
  if (TEXTS.has(stored) || stored.startsWith('ENUM(')) return cast({ kind: 'text' });
  if (isNested(stored)) return text((value) => `to_json(${value})`, NESTED);
  switch (stored) {
    case 'UBIGINT':
      return cast({ kind: 'decimal', precision: 20, scale: 0 });
    case 'FLOAT':
      return cast({ kind: 'double' }, 'single precision in the file, double here');
    case 'DOUBLE':
      return asIs({ kind: 'double' });
    case 'BOOLEAN':
      return asIs({ kind: 'boolean' });
    case 'DATE':
      return asIs({ kind: 'date' });
    case 'TIME':
      return asIs({ kind: 'time' });
    case 'TIME_NS':
      return cast({ kind: 'time' }, TO_MICROSECONDS);
    case 'TIME WITH TIME ZONE':
      return cast({ kind: 'time' }, 'times of day in UTC');
    case 'TIMESTAMP':
      return asIs({ kind: 'timestamp' });
    case 'TIMESTAMP_S':
    case 'TIMESTAMP_MS':
      return cast({ kind: 'timestamp' });
    case 'TIMESTAMP_NS':
      return cast({ kind: 'timestamp' }, TO_MICROSECONDS);
    case 'TIMESTAMP WITH TIME ZONE':
      return asIs({ kind: 'timestamptz' });
    case 'VARIANT':
      return text((value) => `CASE WHEN ${value} IS NOT NULL THEN CAST(${value} AS JSON) END`, NESTED);
    default:
      return text((value) => value, 'read as text, in the words of DuckDB');
  }
}

/** Bytes that are all text, and those that are not. */
export const bytesAsText: Taken = text(
  (value) => `decode(${value})`,
  'bytes in the file, all of them UTF-8: read as text',
);
export const bytesAsHex: Taken = text(
  (value) => `lower(hex(${value}))`,
  'bytes in the file, not all of them text: read as hexadecimal digits, two for each byte',
);

const TO_MICROSECONDS = 'nanoseconds in the file, microseconds here';
const NESTED = 'nested in the file: read as JSON text';

/** Lists, arrays, structs and maps of whatever they hold. */
function isNested(stored: string): boolean {
  return /^(?:STRUCT|MAP|UNION)\(|\[\d*\]$/.test(stored);
}

function asIs(type: ColumnType): Taken {
  return { type, sql: (value) => value };
}

function cast(type: ColumnType, note?: string): Taken {
  const sql = (value: string) => `CAST(${value} AS ${duckdbType(type)})`;
  return { type, sql, ...(note !== undefined && { note }) };
}

function text(sql: (value: string) => string, note: string): Taken {
  return { type: { kind: 'text' }, sql: (value) => `CAST(${sql(value)} AS VARCHAR)`, note };
}
