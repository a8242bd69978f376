import type { Database } from './database.ts';
import { rowReader, text } from './row.ts';
import { changedRows, changedRowText } from './row-checksums.ts';
import { schemaDifferences } from './schema-text.ts';
import { stateCorrupt } from './sqlite-errors.ts';

/**
 * `quick` reads every page; `structure` compares the indexes, the references and the statements of the schema with the
 * tables too; `full` also the rows with their checksums.
 */
export type CheckDepth = 'quick' | 'structure' | 'full';

const readQuick = rowReader({ quick_check: text });
const readFull = rowReader({ integrity_check: text });
const MOST = 20;

/** What is wrong with the database, in SQLite's words where it says so; empty when all is well. */
export function findDamage(database: Database, depth: CheckDepth): readonly string[] {
  if (depth === 'quick') {
    const lines = database.all(`PRAGMA quick_check(${MOST})`, {}, readQuick);
    return lines.map((line) => line.quick_check).filter((line) => line !== 'ok');
  }
  const rows = depth === 'full' ? changedRows(database).map(changedRowText) : [];
  return [...structuralDamage(database), ...rows.slice(0, MOST)];
}

function structuralDamage(database: Database): string[] {
  const lines = database.all(`PRAGMA integrity_check(${MOST})`, {}, readFull);
  const strays = database.all(
    'PRAGMA foreign_key_check',
    {},
    (row) => `a row of ${row['table']} refers to nothing`,
  );
  return [
    ...lines.map((line) => line.integrity_check).filter((line) => line !== 'ok'),
    ...strays.slice(0, MOST),
    ...schemaDifferences(database),
  ];
}

/** Throws SH_STATE_CORRUPT where anything is wrong. */
export function refuseDamage(database: Database, depth: CheckDepth): void {
  const [first, ...others] = findDamage(database, depth);
  if (first === undefined) return;
  const reason = others.length === 0 ? first : `${first} (and ${others.length} more)`;
  throw stateCorrupt(database.path, reason);
}
