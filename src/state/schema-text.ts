import { connect, type Database } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { integer, nullable, rowReader, text } from './row.ts';

const readStatement = rowReader({ name: text, type: text, sql: nullable(text) });
const readVersion = rowReader({ version: nullable(integer) });

/** What the statements of a schema are not as the migrations make them: an index that is gone, a changed rule. */
export function schemaDifferences(database: Database): readonly string[] {
  const stored = statementsOf(database);
  if (!stored.has('table schema_migrations')) return [];
  const newest = 'SELECT max(version) AS version FROM schema_migrations';
  const version = database.get(newest, {}, readVersion)?.version ?? 0;
  if (version > MIGRATIONS.length) return [];
  const expected = statementsAt(version);
  expected.set('table schema_migrations', stored.get('table schema_migrations') ?? '');
  const lost = [...expected].filter(([name, sql]) => stored.get(name) !== sql);
  const added = [...stored.keys()].filter((name) => !expected.has(name));
  return [
    ...lost.map(([name]) => `the ${name} of its schema is ${stored.has(name) ? 'changed' : 'gone'}`),
    ...added.map((name) => `the ${name} is not of its schema`),
  ];
}

/** The statements of a new database of some version. */
function statementsAt(version: number): Map<string, string> {
  const model = connect(':memory:');
  try {
    for (const migration of MIGRATIONS.slice(0, version)) model.exec(migration.up);
    return statementsOf(model);
  } finally {
    model.close();
  }
}

/** Tables, indexes and triggers by kind and name; white space and quotes don't count. The register is not compared. */
function statementsOf(database: Database): Map<string, string> {
  const all = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name";
  const found = database.all(all, {}, readStatement);
  return new Map(found.map(({ type, name, sql }) => [`${type} ${name}`, plain(sql ?? '')]));
}

function plain(sql: string): string {
  return sql.replaceAll('"', '').replace(/\s+/g, ' ').trim();
}
