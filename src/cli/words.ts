import type { ColumnType } from '../contract/index.ts';

/** A column's type in one word. */
export function typeText(type: ColumnType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}

/** The first digits of an id or hash, enough to name it. */
export function short(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
