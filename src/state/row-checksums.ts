import type { Database } from './database.ts';
import { integer, nullable, type RawRow, rowReader, text } from './row.ts';
import { CHECKSUM_LENGTH, CHECKSUMS_FUNCTION } from './row-checksum.ts';

/**
 * SQLite notices a damaged page, not a damaged value. So each row has a checksum for each of its columns, in a table of
 * its own. Triggers keep them; they live in the connection and not in the file, so that what another program writes, or
 * a failing disk, leaves a row that its checksums don't fit. A checksum is renewed only where it fitted before.
 *
 * It guards against accidents and careless edits, not against someone who changes both: against that stand the
 * manifests, whose hashes form a chain.
 */

/** Tables that need none: what passes, what follows from the traces of runs, and what has hashes of its own. */
const UNGUARDED = [
  'activities',
  'lineage_edges',
  'lineage_entities',
  'locks',
  'row_checksums',
  'schema_migrations',
];

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
}

const readName = rowReader({ name: text });
const readColumn = rowReader({ name: text, pk: integer });

/** The tables whose rows have checksums; none where the schema is older than that. */
function guardedTables(database: Database): readonly Table[] {
  const all =
    "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
  const names = database.all(all, {}, readName).map(({ name }) => name);
  if (!names.includes('row_checksums')) return [];
  return names.filter((name) => !UNGUARDED.includes(name)).map((name) => tableCalled(database, name));
}

function tableCalled(database: Database, table: string): Table {
  const columns = database.all('SELECT name, pk FROM pragma_table_info($table)', { table }, readColumn);
  const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  return {
    name: table,
    columns: columns.map(({ name }) => name),
    key: key.length === 0 ? ['rowid'] : key.map(({ name }) => name),
  };
}

/** The checksums of a row that goes by this name in SQL. */
const sums = ({ columns }: Table, row: string): string =>
  `${CHECKSUMS_FUNCTION}(${columns.map((column) => `CAST(${row}.${column} AS BLOB)`).join(', ')})`;

/** The key of a row: its values with a separator that none of them holds. */
const keyOf = ({ key }: Table, row: string): string =>
  key.map((column) => `CAST(${row}.${column} AS TEXT)`).join(' || char(31) || ');

/** Makes a connection keep the checksums of all rows that it writes. */
export function guardRows(database: Database): void {
  for (const table of guardedTables(database)) {
    const { name } = table;
    const entry = `table_name = '${name}' AND row_key = ${keyOf(table, 'OLD')}`;
    database.exec(`
      CREATE TEMP TRIGGER ${name}_inserted AFTER INSERT ON main.${name} BEGIN
        INSERT INTO row_checksums VALUES ('${name}', ${keyOf(table, 'NEW')}, ${sums(table, 'NEW')})
          ON CONFLICT DO UPDATE SET checksums = excluded.checksums;
      END;
      CREATE TEMP TRIGGER ${name}_updated AFTER UPDATE ON main.${name} BEGIN
        UPDATE row_checksums SET row_key = ${keyOf(table, 'NEW')}, checksums = ${sums(table, 'NEW')}
          WHERE ${entry} AND checksums = ${sums(table, 'OLD')};
      END;
      CREATE TEMP TRIGGER ${name}_deleted AFTER DELETE ON main.${name} BEGIN
        DELETE FROM row_checksums WHERE ${entry};
      END`);
  }
}

/** A row that is not as this program wrote it. */
export interface ChangedRow {
  readonly table: string;
  readonly key: string;
  /** `gone`: it was written and is not there; `foreign`: it is there and was never written. */
  readonly change: 'changed' | 'gone' | 'foreign';
  /** The columns that were changed; all of them where the row is no more what it was. */
  readonly columns: readonly string[];
  /** As it is now; null where it is gone. */
  readonly row: RawRow | null;
}

/** A changed row in words, without what is in it. */
export function changedRowText({ table, key, change, columns }: ChangedRow): string {
  const row = `the row ${key.replaceAll('\u001f', ', ')} of ${table}`;
  if (change === 'gone') return `${row} is gone`;
  if (change === 'foreign') return `${row} was not written by this program`;
  return `${row} was changed by another program or by the disk (${columns.join(', ')})`;
}

/** Which rows to look at: those with this value in this column. */
export interface RowsWith {
  readonly table: string;
  readonly column: string;
  readonly value: string | number;
}

/** Every row that is not as this program wrote it. */
export function changedRows(database: Database): readonly ChangedRow[] {
  return guardedTables(database).flatMap((table) => [
    ...misfits(database, table, '1', {}),
    ...goneRows(database, table),
  ]);
}

/** The same for some rows of one table; that one is gone can't be seen among some. */
export function changedRowsWith(
  database: Database,
  { table, column, value }: RowsWith,
): readonly ChangedRow[] {
  return misfits(database, tableCalled(database, table), `t.${column} = $value`, { value });
}

const readMisfit = rowReader({ sh_key: text, sh_stored: nullable(text), sh_found: text });

function misfits(
  database: Database,
  table: Table,
  which: string,
  parameters: Readonly<Record<string, string | number>>,
): readonly ChangedRow[] {
  const sql = `SELECT ${keyOf(table, 't')} AS sh_key, c.checksums AS sh_stored, ${sums(table, 't')} AS sh_found, t.*
    FROM ${table.name} t LEFT JOIN row_checksums c
      ON c.table_name = '${table.name}' AND c.row_key = ${keyOf(table, 't')}
    WHERE ${which} AND c.checksums IS NOT ${sums(table, 't')}`;
  return database.all(sql, parameters, (raw) => {
    const { sh_key: key, sh_stored: stored, sh_found: found } = readMisfit(raw);
    const row = Object.fromEntries(Object.entries(raw).filter(([column]) => table.columns.includes(column)));
    return stored === null
      ? { table: table.name, key, change: 'foreign', columns: [], row }
      : { table: table.name, key, change: 'changed', columns: differing(table, stored, found), row };
  });
}

function differing({ columns }: Table, stored: string, found: string): readonly string[] {
  if (stored.length !== found.length) return columns;
  const at = (text: string, index: number): string =>
    text.slice(index * CHECKSUM_LENGTH, (index + 1) * CHECKSUM_LENGTH);
  return columns.filter((_, index) => at(stored, index) !== at(found, index));
}

function goneRows(database: Database, table: Table): readonly ChangedRow[] {
  const sql = `SELECT row_key AS name FROM row_checksums WHERE table_name = '${table.name}'
    EXCEPT SELECT ${keyOf(table, 't')} FROM ${table.name} t`;
  return database.all(sql, {}, readName).map(({ name }) => ({
    table: table.name,
    key: name,
    change: 'gone',
    columns: table.columns,
    row: null,
  }));
}

/** Gives every row new checksums, for the columns that it has now. Only for rows that were looked at before. */
export function renewChecksums(database: Database): void {
  const tables = guardedTables(database);
  if (tables.length === 0) return;
  database.exec('DELETE FROM row_checksums');
  for (const table of tables) {
    database.exec(
      `INSERT INTO row_checksums SELECT '${table.name}', ${keyOf(table, 't')}, ${sums(table, 't')} FROM ${table.name} t`,
    );
  }
}
