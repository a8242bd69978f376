import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { canonicalJson, dateText, type Json } from '../base/index.ts';
import type { Cell } from '../contract/index.ts';

const DAY = 86_400_000_000n;

/** A value as exact text; lists and structs as canonical JSON of such texts. */
export function cellOf(value: DuckDBValue): Cell {
  const inner = exactForm(value);
  return inner === null || typeof inner === 'string' ? inner : canonicalJson(inner);
}

function exactForm(value: DuckDBValue): Json {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
    case 'boolean':
    case 'number':
      return String(value);
  }
  if (value instanceof DuckDBDecimalValue) return decimalText(value.value, value.scale);
  if (value instanceof DuckDBDateValue) return dayText(value.days);
  if (value instanceof DuckDBTimeValue) return timeText(value.micros);
  if (value instanceof DuckDBTimestampValue) return timestampText(value.micros);
  if (value instanceof DuckDBTimestampTZValue) return instantText(value.micros);
  if (value instanceof DuckDBTimestampSecondsValue) return timestampText(value.seconds * 1_000_000n);
  if (value instanceof DuckDBTimestampMillisecondsValue) return timestampText(value.millis * 1_000n);
  if (value instanceof DuckDBTimestampNanosecondsValue) return nanosecondText(value.nanos);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  if (value instanceof DuckDBListValue) return value.items.map((item) => exactForm(item));
  if (value instanceof DuckDBArrayValue) return value.items.map((item) => exactForm(item));
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([key, item]) => [key, exactForm(item)]));
  }
  throw new Error(`${value.constructor.name} has no text form`);
}

/** A scaled integer as decimal text with all digits of its scale. */
export function decimalText(scaled: bigint, scale: number): string {
  const sign = scaled < 0n ? '-' : '';
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, '0');
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const INFINITE_DAYS = 2_147_483_647;
const INFINITE_MICROS = 9_223_372_036_854_775_807n;

function dayText(days: number): string {
  if (days === INFINITE_DAYS) return 'infinity';
  if (days === -INFINITE_DAYS) return '-infinity';
  return dateText(days);
}

function timeText(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => two(part)).join(':');
  return `${clock}.${String(micros % 1_000_000n).padStart(6, '0')}`;
}

function timestampText(micros: bigint): string {
  if (micros === INFINITE_MICROS) return 'infinity';
  if (micros === -INFINITE_MICROS) return '-infinity';
  const days = floorDivide(micros, DAY);
  return `${dateText(Number(days))}T${timeText(micros - days * DAY)}`;
}

function instantText(micros: bigint): string {
  const text = timestampText(micros);
  return text.endsWith('infinity') ? text : `${text}Z`;
}

function nanosecondText(nanos: bigint): string {
  const micros = floorDivide(nanos, 1_000n);
  return `${timestampText(micros)}${String(nanos - micros * 1_000n).padStart(3, '0')}`;
}

function two(part: bigint): string {
  return String(part).padStart(2, '0');
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
