import { statSync, truncateSync } from 'node:fs';
import { type AppPaths, HarnessError } from '../base/index.ts';
import { connect } from './database.ts';

/**
 * Who has an appdata open. Everyone who opens it stands in the gate; a restore, which replaces the database, wants it
 * empty. It is a lock of the operating system on an empty file, taken through SQLite: it needs no database that is
 * whole, and it ends with its process, so that none is ever left behind.
 */
export interface Gate {
  /** True when nobody else stands in it; then nobody comes in until `enter` or `close`. Waits up to `waitMs`. */
  shut(waitMs: number): boolean;
  /** Stands in the gate with others, once nobody holds it shut. Error: SH_STATE_BUSY. */
  enter(): void;
  close(): void;
}

const WAIT_MS = 5000;

export function openGate(paths: AppPaths): Gate {
  throwAwayContent(paths.gate);
  const database = connect(paths.gate);
  const leave = (): void => {
    if (database.inTransaction()) database.exec('ROLLBACK');
  };
  const take = (statements: string, waitMs: number): boolean => {
    leave();
    try {
      database.exec(`PRAGMA busy_timeout = ${waitMs}; ${statements}`);
      return true;
    } catch (error) {
      leave();
      if (error instanceof HarnessError && error.code === 'SH_STATE_BUSY') return false;
      throw error;
    }
  };
  return {
    shut: (waitMs) => take('BEGIN EXCLUSIVE', waitMs),
    enter: () => {
      // A transaction takes its lock when it first reads.
      if (take('BEGIN; SELECT count(*) FROM sqlite_schema', WAIT_MS)) return;
      throw new HarnessError('SH_STATE_BUSY', { path: paths.state });
    },
    close: () => database.close(),
  };
}

/** Only its locks matter; a gate that is no database could not be locked. */
function throwAwayContent(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) truncateSync(path);
}
