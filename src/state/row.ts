import type { SQLOutputValue } from 'node:sqlite';
import Type, { type Static, type TSchema } from 'typebox';
import type { Json, Sha256 } from '../base/index.ts';
import { check, describeProblems, Sha256Schema } from '../contract/index.ts';

/** A row as SQLite hands it out: column → value. */
export type RawRow = Readonly<Record<string, SQLOutputValue>>;

/** Turns a stored value into a typed one; throws `UnexpectedValue` on anything else. */
export type Reader<T> = (value: SQLOutputValue | undefined) => T;

/** A stored value that no version of this program writes: the database is damaged. */
export class UnexpectedValue extends Error {}

export const text: Reader<string> = (value) =>
  typeof value === 'string' ? value : refuse('a text was expected');

export const integer: Reader<number> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : refuse('an integer was expected');

/** A truth value, stored as 0 or 1. */
export const flag: Reader<boolean> = (value) =>
  value === 0 || value === 1 ? value === 1 : refuse('0 or 1 was expected');

export const hash: Reader<Sha256> = (value) => valid(Sha256Schema, value);

export const json: Reader<Json> = (value) => JSON.parse(text(value));

/** A list of texts, stored as JSON. */
export const texts: Reader<readonly string[]> = document(Type.Array(Type.String()));

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value) => (value === null ? null : reader(value));
}

/** One of some strings. */
export function member<const T extends readonly string[]>(values: T): Reader<T[number]> {
  return (value) => values.find((v) => v === value) ?? refuse(`one of ${values.join(', ')} was expected`);
}

/** A document of the contract, stored as JSON text. */
export function document<S extends TSchema>(schema: S): Reader<Static<S>> {
  return (value) => valid(schema, json(value));
}

type Shape = Readonly<Record<string, Reader<unknown>>>;

/** The row that a shape reads. */
export type RowOf<S extends Shape> = { readonly [K in keyof S]: ReturnType<S[K]> };

/** A reader of whole rows: the one place that says which columns a row has and of which type. */
export function rowReader<S extends Shape>(shape: S): (row: RawRow) => RowOf<S> {
  const columns = Object.entries(shape);
  return (row) =>
    Object.fromEntries(columns.map(([column, read]) => [column, readColumn(row, column, read)])) as RowOf<S>;
}

function readColumn(row: RawRow, column: string, read: Reader<unknown>): unknown {
  try {
    return read(row[column]);
  } catch (error) {
    if (error instanceof UnexpectedValue || error instanceof SyntaxError) {
      const [first] = Object.values(row);
      throw new UnexpectedValue(`column ${column} of the row "${first}": ${error.message}`);
    }
    throw error;
  }
}

function valid<S extends TSchema>(schema: S, value: unknown): Static<S> {
  const checked = check(schema, value);
  return checked.ok ? checked.value : refuse(describeProblems(checked.problems));
}

function refuse(reason: string): never {
  throw new UnexpectedValue(reason);
}
