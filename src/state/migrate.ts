import { type Clock, HarnessError, hashJson, type Sha256 } from '../base/index.ts';
import type { Database } from './database.ts';
import { hash, integer, rowReader, text } from './row.ts';
import { renewChecksums } from './row-checksums.ts';
import { stateCorrupt } from './sqlite-errors.ts';

/** One step of the schema, forward (`up`) and back (`down`). `version` counts from 1 without gaps. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly up: string;
  readonly down: string;
}

export interface MigrateOptions {
  readonly clock: Clock;
  /** Called once, before the first step on a database that has a schema, while no other process can write. */
  readonly backUp: (from: number, to: number) => void;
}

export const MIGRATION_QUERIES = {
  exists: "SELECT count(*) AS found FROM sqlite_schema WHERE name = 'schema_migrations'",
  tables: "SELECT count(*) AS found FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'",
  applied: 'SELECT version, name, sha256 FROM schema_migrations ORDER BY version',
  record: `INSERT INTO schema_migrations (version, name, sha256, applied_at)
           VALUES ($version, $name, $sha256, $applied_at)`,
  forget: 'DELETE FROM schema_migrations WHERE version = $version',
  strays: 'PRAGMA foreign_key_check',
} as const;

const REGISTER = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  applied_at TEXT NOT NULL
) STRICT`;

const readApplied = rowReader({ version: integer, name: text, sha256: hash });
const readFound = rowReader({ found: integer });

/**
 * Brings the schema to version `target`, step by step, each step in one transaction: one that dies half-way leaves
 * the schema and the rows of the step before. Errors: SH_STATE_TOO_NEW, SH_STATE_CORRUPT.
 */
export function migrate(
  database: Database,
  migrations: readonly Migration[],
  target: number,
  options: MigrateOptions,
): void {
  const start = schemaVersion(database, migrations);
  if (start === target) return;
  // Rebuilding a table drops the old one, which references may point at; they are checked before each commit.
  database.exec('PRAGMA foreign_keys = OFF');
  try {
    for (let first = true; takeStep(database, migrations, target, options, first); first = false);
  } finally {
    database.exec('PRAGMA foreign_keys = ON');
  }
}

/** The version of the schema, 0 where there is none yet. Checks that it was made by these very migrations. */
export function schemaVersion(database: Database, migrations: readonly Migration[]): number {
  if (!found(database, MIGRATION_QUERIES.exists)) {
    if (found(database, MIGRATION_QUERIES.tables)) {
      throw stateCorrupt(database.path, 'it is a database of another program');
    }
    return 0;
  }
  const applied = database.all(MIGRATION_QUERIES.applied, {}, readApplied);
  const newest = applied.at(-1)?.version ?? 0;
  if (newest > migrations.length) {
    throw new HarnessError('SH_STATE_TOO_NEW', {
      path: database.path,
      found: newest,
      known: migrations.length,
    });
  }
  for (const [index, { version, sha256 }] of applied.entries()) {
    const migration = migrations[index];
    if (migration === undefined || version !== migration.version || sha256 !== hashOf(migration)) {
      throw stateCorrupt(
        database.path,
        `step ${version} of its schema is not the one that this engine knows`,
      );
    }
  }
  return newest;
}

// The version is read again inside the transaction: another process may have migrated while this one waited.
function takeStep(
  database: Database,
  migrations: readonly Migration[],
  target: number,
  options: MigrateOptions,
  first: boolean,
): boolean {
  return database.transaction(() => {
    const current = schemaVersion(database, migrations);
    if (current === target) return false;
    if (first && current > 0) options.backUp(current, target);
    if (current < target) stepForward(database, at(migrations, current + 1), options.clock);
    else stepBack(database, at(migrations, current));
    if (database.all(MIGRATION_QUERIES.strays, {}, (row) => row).length > 0) {
      throw new Error('the migration leaves rows that refer to nothing');
    }
    // What was copied before the first step was found whole.
    renewChecksums(database);
    return true;
  });
}

function stepForward(database: Database, migration: Migration, clock: Clock): void {
  const { version, name, up } = migration;
  database.exec(REGISTER);
  database.exec(up);
  database.run(MIGRATION_QUERIES.record, {
    version,
    name,
    sha256: hashOf(migration),
    applied_at: clock.now(),
  });
}

function stepBack(database: Database, migration: Migration): void {
  database.exec(migration.down);
  database.run(MIGRATION_QUERIES.forget, { version: migration.version });
}

function hashOf({ version, name, up, down }: Migration): Sha256 {
  return hashJson({ version, name, up, down });
}

function at(migrations: readonly Migration[], version: number): Migration {
  const migration = migrations[version - 1];
  if (migration?.version !== version) throw new RangeError(`no migration ${version}`);
  return migration;
}

function found(database: Database, query: string): boolean {
  return (database.get(query, {}, readFound)?.found ?? 0) > 0;
}
