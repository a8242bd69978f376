import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AppPaths, byCodePoint } from '../../src/base/index.ts';
import type { Database } from '../../src/state/database.ts';
import { text } from '../../src/state/row.ts';
import { freshAppdata } from '../state/appdata.ts';

/** The database that the engine of one version of the schema left behind. */
export function fixturePath(version: number): string {
  return fileURLToPath(new URL(`../../fixtures/state/schema-${version}.sqlite`, import.meta.url));
}

/** An appdata with that database in it. */
export function appdataOfVersion(version: number): AppPaths {
  const paths = freshAppdata();
  copyFileSync(fixturePath(version), paths.state);
  return paths;
}

const READ_NAME = (row: Readonly<Record<string, unknown>>) => String(row['name']);

/** The statements that make the tables and indexes, in order of their names. */
export function schemaOf(database: Database): readonly string[] {
  const sql =
    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name";
  return database.all(sql, {}, (row) => text(row['sql']));
}

/** Rows of tables by name. */
export type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** All rows of all tables but the register of migrations, each table sorted. */
export function rowsOf(database: Database): Rows {
  const tables =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
  const names = database.all(tables, {}, READ_NAME).filter((name) => name !== 'schema_migrations');
  return Object.fromEntries(
    names.map((name) => [name, sorted(database.all(`SELECT * FROM ${name}`, {}, (row) => ({ ...row })))]),
  );
}

/** Only the tables and columns that `of` has too. */
export function common(rows: Rows, of: Rows): Rows {
  return Object.fromEntries(
    Object.entries(of).map(([table, [first = {}]]) => {
      const columns = Object.keys(first);
      // A checksum is of a row, and goes with its table.
      const kept = (rows[table] ?? []).filter(
        ({ table_name }) => table_name === undefined || String(table_name) in of,
      );
      const cut = kept.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])));
      return [table, sorted(cut)];
    }),
  );
}

function sorted(rows: readonly Readonly<Record<string, unknown>>[]) {
  return rows.toSorted((a, b) => byCodePoint(JSON.stringify(a), JSON.stringify(b)));
}
